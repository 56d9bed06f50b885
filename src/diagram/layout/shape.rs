//! What a picture is made of.

use crate::{
    diag::Level,
    diagram::model::{Kind, Way},
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::diagram) struct Rect {
    pub(in crate::diagram) x: u32,
    pub(in crate::diagram) y: u32,
    pub(in crate::diagram) width: u32,
    pub(in crate::diagram) height: u32,
}

impl Rect {
    pub(super) const fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    pub(super) const fn right(self) -> u32 {
        self.x + self.width
    }

    pub(super) const fn bottom(self) -> u32 {
        self.y + self.height
    }

    pub(super) const fn middle(self) -> u32 {
        self.x + self.width / 2
    }
}

/// How something looks: a class of the style sheet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::diagram) enum Face {
    Title,
    Plain,
    Dim,
    Region,
    RegionText,
    Vpc,
    VpcText,
    Zone,
    Edge,
    Group,
    Tier(Way),
    Thing(Kind),
    Member(Kind),
    /// The left end of a thing, in its colour.
    Strip(Kind),
    Found(Level),
    Waived,
}

impl Face {
    pub(super) const fn badge(level: Level, waived: bool) -> Self {
        if waived { Self::Waived } else { Self::Found(level) }
    }

    /// The face of a frame's name.
    pub(super) const fn of_text(self) -> Self {
        match self {
            Self::Region => Self::RegionText,
            Self::Vpc => Self::VpcText,
            Self::Zone => Self::Dim,
            _ => Self::Plain,
        }
    }

    /// Whether lines go over it.
    pub(in crate::diagram) const fn is_frame(self) -> bool {
        matches!(self, Self::Region | Self::Vpc | Self::Zone | Self::Edge | Self::Group | Self::Tier(_))
    }

    pub(in crate::diagram) const fn class(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Plain => "text",
            Self::Dim => "dim",
            Self::Region => "region",
            Self::RegionText => "region-text",
            Self::Vpc => "vpc",
            Self::VpcText => "vpc-text",
            Self::Zone => "zone",
            Self::Edge => "edge",
            Self::Group => "group",
            Self::Tier(Way::Internet) => "public",
            Self::Tier(Way::Nat) => "private",
            Self::Tier(Way::Other) => "other",
            Self::Tier(Way::Nowhere) => "isolated",
            Self::Thing(Kind::Network) => "network",
            Self::Thing(Kind::Compute) => "compute",
            Self::Thing(Kind::Database) => "database",
            Self::Thing(Kind::Storage) => "storage",
            Self::Member(Kind::Network) => "member network",
            Self::Member(Kind::Compute) => "member compute",
            Self::Member(Kind::Database) => "member database",
            Self::Member(Kind::Storage) => "member storage",
            Self::Strip(Kind::Network) => "network-strip",
            Self::Strip(Kind::Compute) => "compute-strip",
            Self::Strip(Kind::Database) => "database-strip",
            Self::Strip(Kind::Storage) => "storage-strip",
            Self::Found(Level::Error) => "error",
            Self::Found(Level::Warning) => "warning",
            Self::Found(Level::Info) => "info",
            Self::Waived => "waived",
        }
    }
}

/// What a line means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::diagram) enum Stroke {
    Route,
    Replication,
    Fetch,
}

#[derive(Clone, Debug)]
pub(in crate::diagram) struct Line {
    pub(in crate::diagram) points: Vec<(u32, u32)>,
    pub(in crate::diagram) stroke: Stroke,
    /// Whether the last point is an arrow's head.
    pub(in crate::diagram) arrow: bool,
}

#[derive(Clone, Debug)]
pub(in crate::diagram) enum Shape {
    Rect {
        rect: Rect,
        face: Face,
    },
    /// `whole` is shown by the mouse where the text is cut. `y` is the base line.
    Text {
        x: u32,
        y: u32,
        size: u32,
        face: Face,
        text: String,
        whole: Option<String>,
    },
    Line(Line),
    Badge {
        x: u32,
        y: u32,
        radius: u32,
        face: Face,
        number: usize,
    },
}

#[derive(Clone, Debug)]
pub(in crate::diagram) struct Picture {
    pub(in crate::diagram) width: u32,
    pub(in crate::diagram) height: u32,
    pub(in crate::diagram) title: String,
    /// In the order of drawing.
    pub(in crate::diagram) shapes: Vec<Shape>,
}
