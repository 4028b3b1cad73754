//! What a machine can say of colours: contrast (WCAG 2.2, relative luminance), how they look to others (Machado, Oliveira,
//! Fernandes 2009, severity 1.0) and how far apart two are (CIEDE2000, Sharma, Wu, Dalal 2005).

#![expect(clippy::disallowed_methods, reason = "no run depends on the last bit of a contrast")]

/// Linear light, red, green and blue, from 0 to 1.
pub(crate) type Light = [f64; 3];

/// A colour from its six digits.
pub(crate) fn parse(hex: &str) -> Option<Light> {
    let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([byte(0)?, byte(2)?, byte(4)?].map(|byte| linear(f64::from(byte) / 255.0)))
}

fn linear(part: f64) -> f64 {
    if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

/// The relative luminance.
pub(crate) fn luminance([red, green, blue]: Light) -> f64 {
    0.212_6 * red + 0.715_2 * green + 0.072_2 * blue
}

/// The contrast of two colours, from 1 to 21.
pub(crate) fn contrast(one: Light, other: Light) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// Whose eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Eyes {
    Usual,
    Protan,
    Deutan,
    Tritan,
    Grey,
}

impl Eyes {
    pub(crate) const ALL: [Self; 5] = [Self::Usual, Self::Protan, Self::Deutan, Self::Tritan, Self::Grey];

    /// What they see.
    pub(crate) fn see(self, light: Light) -> Light {
        let matrix = match self {
            Self::Usual => return light,
            Self::Grey => return [luminance(light); 3],
            Self::Protan => [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            Self::Deutan => [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
            Self::Tritan => [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        };
        matrix.map(|row| row.iter().zip(light).map(|(share, part)| share * part).sum::<f64>().clamp(0.0, 1.0))
    }
}

/// Lightness and the two axes of colour, CIELAB under D65.
fn lab(light: Light) -> Light {
    let [red, green, blue] = light;
    let x = (0.412_456_4 * red + 0.357_576_1 * green + 0.180_437_5 * blue) / 0.950_47;
    let y = luminance(light);
    let z = (0.019_333_9 * red + 0.119_192 * green + 0.950_304_1 * blue) / 1.088_83;
    let [x, y, z] = [x, y, z]
        .map(|part: f64| if part > 216.0 / 24_389.0 { part.cbrt() } else { (24_389.0 / 27.0 * part + 16.0) / 116.0 });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// How far two colours are apart, CIEDE2000.
pub(crate) fn distance(one: Light, other: Light) -> f64 {
    let ([l1, a1, b1], [l2, a2, b2]) = (lab(one), lab(other));
    let mean_chroma = (a1.hypot(b1) + a2.hypot(b2)) / 2.0;
    let stretch = 1.0 + 0.5 * (1.0 - (mean_chroma.powi(7) / (mean_chroma.powi(7) + 25f64.powi(7))).sqrt());
    let (a1, a2) = (a1 * stretch, a2 * stretch);
    let (c1, c2) = (a1.hypot(b1), a2.hypot(b2));
    let hue = |a: f64, b: f64| if a == 0.0 && b == 0.0 { 0.0 } else { b.atan2(a).to_degrees().rem_euclid(360.0) };
    let (h1, h2) = (hue(a1, b1), hue(a2, b2));
    let turn = match h2 - h1 {
        _ if c1 * c2 == 0.0 => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let (light, chroma) = (l2 - l1, c2 - c1);
    let hues = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin();
    let (l, c) = ((l1 + l2) / 2.0, (c1 + c2) / 2.0);
    let h = match h1 + h2 {
        sum if c1 * c2 == 0.0 => sum,
        sum if (h1 - h2).abs() <= 180.0 => sum / 2.0,
        sum if sum < 360.0 => (sum + 360.0) / 2.0,
        sum => (sum - 360.0) / 2.0,
    };
    let wave = |factor: f64, shift: f64| (factor * h + shift).to_radians().cos();
    let t = 1.0 - 0.17 * wave(1.0, -30.0) + 0.24 * wave(2.0, 0.0) + 0.32 * wave(3.0, 6.0) - 0.20 * wave(4.0, -63.0);
    let sl = 1.0 + 0.015 * (l - 50.0).powi(2) / (20.0 + (l - 50.0).powi(2)).sqrt();
    let (sc, sh) = (1.0 + 0.045 * c, 1.0 + 0.015 * c * t);
    let rotation = 30.0 * (-((h - 275.0) / 25.0).powi(2)).exp();
    let rt = -(2.0 * rotation).to_radians().sin() * 2.0 * (c.powi(7) / (c.powi(7) + 25f64.powi(7))).sqrt();
    let (light, chroma, hues) = (light / sl, chroma / sc, hues / sh);
    (light.powi(2) + chroma.powi(2) + hues.powi(2) + rt * chroma * hues).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_and_white_are_as_far_apart_as_can_be() {
        let (black, white) = (parse("#000000").expect("a colour"), parse("#ffffff").expect("a colour"));
        assert!((contrast(black, white) - 21.0).abs() < 1e-9);
        assert!((distance(black, white) - 100.0).abs() < 0.01);
        assert_eq!(distance(white, white), 0.0);
        assert_eq!((parse("#12345"), parse("123456"), parse("#12345g")), (None, None, None));
    }

    #[test]
    fn grey_stays_grey_whoever_looks() {
        let grey = parse("#808080").expect("a colour");
        for eyes in Eyes::ALL {
            assert!(distance(grey, eyes.see(grey)) < 0.1, "{eyes:?}");
        }
    }

    /// Red and green of one lightness are told apart by most and not by a deuteranope.
    #[test]
    fn red_and_green_are_told_apart_by_some() {
        let (red, green) = (parse("#b3261e").expect("a colour"), parse("#5f6a00").expect("a colour"));
        assert!(distance(red, green) > 30.0);
        assert!(distance(Eyes::Deutan.see(red), Eyes::Deutan.see(green)) < 12.0);
    }
}
