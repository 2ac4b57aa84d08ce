//! News formats: NewsML-G2, NITF, ninjs.

use erratum_text::{Media, Remark};

use super::only;

const NEWSML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:newsml:wire.example:20260106:1" version="1" standard="NewsML-G2" xml:lang="en-GB">
  <itemMeta><itemClass qcode="ninat:text"/><provider qcode="wire:x"><name>The wire</name></provider>
    <versionCreated>2026-01-06T10:00:00Z</versionCreated><pubStatus qcode="stat:canceled"/><title>Slug title</title></itemMeta>
  <contentMeta><urgency>4</urgency><by>By the desk</by><dateline>NORTH HARBOUR</dateline><headline>Contingent
    to leave</headline><slugline>letter</slugline><subject qcode="x:1"><name>Defence</name></subject></contentMeta>
  <contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>
    <h1>Contingent to leave</h1><p>We respect your <em>sovereign</em> decision, &quot;it&quot; said.<br/>So.</p><script>x</script><ul><li>One</li><li>Two</li></ul>
  </body></html></inlineXML><remoteContent href="https://wire.example/x.jpg"/></contentSet>
</newsItem>"#;

#[test]
fn newsml_with_a_page_inside() {
    let (media, text) = only(NEWSML.as_bytes(), "x.xml");
    assert_eq!((media, media.as_str()), (Media::NewsMl, "application/vnd.iptc.g2.newsitem+xml"));
    assert_eq!(
        text.text,
        "By the desk\n\nNORTH HARBOUR\n\nContingent to leave\n\nContingent to leave\n\n\
         We respect your sovereign decision, \"it\" said.\nSo.\n\nOne\n\nTwo"
    );
    assert_eq!(text.title.as_deref(), Some("Contingent to leave"));
    assert_eq!(text.lang.as_deref(), Some("en-GB"));
    assert_eq!(text.remarks, [Remark::PublicationStatus("canceled".into())]);
}

const NITF: &str = r#"<nitf version="-//IPTC//DTD NITF 3.5//EN"><head><title>Contingent to leave</title><docdata><doc-id id-string="x"/></docdata></head>
<body><body.head><hedline><hl1>Contingent to leave</hl1><hl2>Letter sent</hl2></hedline><byline>By the desk</byline><dateline><location>NORTH HARBOUR</location>, 6 January</dateline></body.head>
<body.content><block><p>We respect <person>your</person> sovereign decision.</p><media><media-caption><p>The harbour.</p></media-caption></media><p>It is final.</p></block></body.content><body.end><tagline>ends</tagline></body.end></body></nitf>"#;

#[test]
fn nitf_alone_and_inside() {
    let expected = "Contingent to leave\n\nLetter sent\n\nBy the desk\n\nNORTH HARBOUR, 6 January\n\n\
        We respect your sovereign decision.\n\nThe harbour.\n\nIt is final.\n\nends";
    let (media, text) = only(NITF.as_bytes(), "x.xml");
    assert_eq!((media, text.text.as_str()), (Media::Nitf, expected));
    assert_eq!(text.title.as_deref(), Some("Contingent to leave"));
    let message = format!(
        "<newsMessage><header/><itemSet><newsItem xml:lang='en'><contentSet><inlineXML>{NITF}</inlineXML></contentSet></newsItem>\
         <packageItem><itemMeta/><groupSet><group><itemRef><headline>Another</headline></itemRef></group></groupSet></packageItem></itemSet></newsMessage>"
    );
    let (media, text) = only(message.as_bytes(), "x.xml");
    assert_eq!((media, text.text), (Media::NewsMl, format!("{expected}\n\nAnother")));
}

#[test]
fn ninjs_of_every_version() {
    let one = r#"{"uri":"urn:x","type":"text","pubstatus":"usable","language":"en","headline":"Contingent to leave",
        "body_text":"We respect your decision.\n\nIt is final.","body_xhtml":"<p>We respect your decision.</p><p>It is final.</p>","associations":{"main":{"uri":"urn:y"}}}"#;
    let (media, text) = only(one.as_bytes(), "x.json");
    assert_eq!(media, Media::Ninjs);
    assert_eq!(text.text, "Contingent to leave\n\nWe respect your decision.\n\nIt is final.");
    assert_eq!((text.title.as_deref(), text.lang.as_deref()), (Some("Contingent to leave"), Some("en")));
    assert_eq!(text.remarks, [Remark::PublicationStatus("usable".into())]);

    let three = r#"{"uri":"urn:x","headlines":[{"role":"main","value":"Contingent to leave","contenttype":"text/plain"}],
        "bodies":[{"value":"<p>We respect<p>your decision.","contenttype":"text/html"},{"value":"Something else.","contenttype":"text/plain"}]}"#;
    let (_, text) = only(three.as_bytes(), "x.json");
    assert_eq!(text.text, "Contingent to leave\n\nWe respect\n\nyour decision.\n\nSomething else.");
    assert_eq!(only(b"{\"a\": 1}", "x.json").0, Media::Plain);
}
