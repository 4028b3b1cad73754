//! Rings from which members are taken and to which they return in the opposite order (Knuth's dancing links).

/// Several rings over numbered members. Each has a head, which is no member.
#[derive(Clone, Debug)]
pub(super) struct Rings {
    next: Vec<u32>,
    before: Vec<u32>,
    members: u32,
}

impl Rings {
    /// Rings of the members in these orders; numbers are below `members`.
    pub(super) fn new(members: usize, orders: &[Vec<u32>]) -> Self {
        let total = members + orders.len();
        let mut rings = Self { next: vec![0; total], before: vec![0; total], members: members as u32 };
        for (ring, order) in orders.iter().enumerate() {
            let head = rings.head(ring);
            let mut last = head;
            for &member in order {
                rings.join(last, member);
                last = member;
            }
            rings.join(last, head);
        }
        rings
    }

    fn join(&mut self, first: u32, second: u32) {
        self.next[first as usize] = second;
        self.before[second as usize] = first;
    }

    fn head(&self, ring: usize) -> u32 {
        self.members + ring as u32
    }

    /// The first member of a ring.
    pub(super) fn first(&self, ring: usize) -> Option<u32> {
        self.after(self.head(ring))
    }

    /// The member after this one.
    pub(super) fn after(&self, member: u32) -> Option<u32> {
        let next = self.next[member as usize];
        (next < self.members).then_some(next)
    }

    /// Takes a member out. It remembers its neighbours.
    pub(super) fn take(&mut self, member: u32) {
        let (before, next) = (self.before[member as usize], self.next[member as usize]);
        self.join(before, next);
    }

    /// Puts back the member that was taken out last.
    pub(super) fn put_back(&mut self, member: u32) {
        let (before, next) = (self.before[member as usize], self.next[member as usize]);
        self.next[before as usize] = member;
        self.before[next as usize] = member;
    }
}
