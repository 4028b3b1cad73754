//! What a list of "break it" switches is: a name and a sentence for each rule that can be switched off, and sets of them. The
//! lists belong to the protocols.

/// Makes `Break`, the rules of one protocol that can be switched off, and `Breaks`, a set of them.
macro_rules! switches {
    ($($(#[doc = $effect:literal])+ $rule:ident = $name:literal,)+) => {
        /// A rule that can be switched off, by the name of what then goes wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize)]
        pub enum Break {
            $($(#[doc = $effect])+ #[serde(rename = $name)] $rule,)+
        }

        impl Break {
            /// All of them.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$rule),+];

            /// Its name in scenario files and in every output.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $name,)+
                }
            }

            /// What goes wrong, and which rule forbids it.
            #[must_use]
            pub const fn effect(self) -> &'static str {
                match self {
                    $(Self::$rule => concat!($($effect),+).trim_ascii(),)+
                }
            }
        }

        impl Break {
            /// The switch of that name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|rule| rule.name() == name)
            }

            fn bit(self) -> u32 {
                1 << self as u32
            }
        }

        impl ::std::fmt::Display for Break {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.name())
            }
        }

        /// A set of rules that are switched off.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Breaks(u32);

        impl Breaks {
            /// Every rule holds.
            pub const NONE: Self = Self(0);

            /// The same, with one more rule off.
            #[must_use]
            pub fn with(self, rule: Break) -> Self {
                Self(self.0 | rule.bit())
            }

            /// Whether a rule is switched off.
            #[must_use]
            pub fn contains(self, rule: Break) -> bool {
                self.0 & rule.bit() != 0
            }

            /// Whether every rule holds.
            #[must_use]
            pub fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// The rules that are switched off.
            pub fn iter(self) -> impl Iterator<Item = Break> {
                Break::ALL.into_iter().filter(move |rule| self.contains(*rule))
            }
        }

        impl FromIterator<Break> for Breaks {
            fn from_iter<I: IntoIterator<Item = Break>>(rules: I) -> Self {
                Self(rules.into_iter().fold(0, |bits, rule| bits | rule.bit()))
            }
        }

        impl From<Break> for Breaks {
            fn from(rule: Break) -> Self {
                Self(rule.bit())
            }
        }

        impl ::std::fmt::Display for Breaks {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                for (at, rule) in self.iter().enumerate() {
                    write!(f, "{}{rule}", if at > 0 { ", " } else { "" })?;
                }
                Ok(())
            }
        }

        impl ::serde::Serialize for Breaks {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.iter().collect::<Vec<_>>())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for Breaks {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <Vec<Break> as ::serde::Deserialize>::deserialize(deserializer).map(|rules| rules.into_iter().collect())
            }
        }
    };
}

pub(in crate::protocol) use switches;
