//! Every interaction log of etcd's that is there, acted out on our servers.

use super::script::{Play, blocks};

#[test]
fn every_interaction_log_goes_as_at_etcd() {
    let Some(folder) = super::data("testdata") else { return };
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    for path in &files {
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        let text = std::fs::read_to_string(path).expect("a log can be read");
        let blocks = blocks(&text);
        let mut play: Option<Play> = None;
        for block in &blocks {
            println!("{name}:{}", block.line);
            if block.is_setup() {
                play = Some(Play::new(block.directive()));
            } else if let Some(play) = &mut play {
                play.act(block);
            }
        }
        let mut play = play.unwrap_or_else(|| panic!("{name} has servers"));
        play.end();
        println!("{name}: {} statements compared", play.compared);
        assert!(play.compared > 0, "{name}");
    }
    println!("{} interaction logs compared", files.len());
}
