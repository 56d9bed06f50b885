//! Everything stands where it can be read.

use super::{super::read, Picture, Rect, Shape, layout};
use crate::{
    check::{Request, RuleSources, Session},
    config::LoadOptions,
    diag::Level,
    diagram::lettering::width,
    policy::InputSources,
};

/// The picture of a root module of this repository.
fn picture(root: &str) -> Picture {
    let repository = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let request = Request {
        load: LoadOptions { paths: vec![repository.join("stages")], ..LoadOptions::default() },
        rules: RuleSources { shipped: true, folders: Vec::new() },
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: None,
        inputs: InputSources::default(),
        now: jiff::Timestamp::UNIX_EPOCH,
        only: crate::check::Only::default(),
    };
    let session = Session::open(repository, request);
    let world = session.world().expect("everything is evaluated");
    let module = world.root_modules.iter().find(|module| *module.path == *root).expect("a root module");
    layout(&read::model(module, &[]))
}

/// Where letters and badges are.
fn inked(picture: &Picture) -> Vec<(Rect, String)> {
    let inked = picture.shapes.iter().filter_map(|shape| match shape {
        Shape::Text { x, y, size, text, .. } => {
            let rect = Rect::new(*x, y - size * 3 / 4, width(text, *size), *size * 3 / 4);
            Some((rect, text.clone()))
        }
        Shape::Badge { x, y, radius, number, .. } => {
            Some((Rect::new(x - radius, y - radius, radius * 2, radius * 2), format!("({number})")))
        }
        Shape::Rect { .. } | Shape::Line(_) => None,
    });
    inked.filter(|(_, text)| !text.is_empty()).collect()
}

fn meet(a: Rect, b: Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

#[test]
fn no_text_lies_on_another_one_or_outside() {
    for root in ["stages/test/main", "stages/test/bootstrap"] {
        let picture = picture(root);
        let all = inked(&picture);
        assert!(all.len() > 5, "{root} has something to read");
        for (i, (rect, text)) in all.iter().enumerate() {
            assert!(rect.right() <= picture.width && rect.bottom() <= picture.height, "{text:?} is inside");
            let other = all.iter().skip(i + 1).find(|(other, _)| meet(*rect, *other));
            assert!(other.is_none(), "{root}: {text:?} lies on {other:?}");
        }
    }
}

#[test]
fn boxes_that_are_no_frames_stand_apart_or_inside_each_other() {
    let picture = picture("stages/test/main");
    let boxes: Vec<Rect> = picture
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Rect { rect, face } if !face.is_frame() => Some(*rect),
            _ => None,
        })
        .collect();
    let is_inside = |a: Rect, b: Rect| a.x >= b.x && a.right() <= b.right() && a.y >= b.y && a.bottom() <= b.bottom();
    for (i, a) in boxes.iter().enumerate() {
        for b in boxes.iter().skip(i + 1) {
            assert!(!meet(*a, *b) || is_inside(*a, *b) || is_inside(*b, *a), "{a:?} crosses {b:?}");
        }
    }
}
