//! RELAX NG of an edition's errors in XML, in its XML syntax.

use super::shape::Shape;
use super::xml::{about, differences, escaped};
use super::{Export, Format, VERSION};

pub(super) fn write(export: &Export) -> String {
    let edition = export.edition;
    let differences = differences(export, Format::RelaxNg, "f:difference", "  ");
    let codes: Vec<String> = edition
        .codes
        .iter()
        .map(|row| {
            let (code, summary) = (escaped(row.code), escaped(row.summary));
            format!(
                "      <value type=\"string\">{code}</value>\n      <a:documentation>{summary}</a:documentation>\n",
            )
        })
        .collect();
    let codes = codes.concat();
    let error = match export.shape {
        Shape::AmpacheOlder => OLDER,
        _ => PARTS,
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
         xmlns:a="http://relaxng.org/ns/compatibility/annotations/1.0"
         xmlns:f="{id}"
         f:edition="{edition}" f:version="{VERSION}"
         datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <a:documentation>{about}</a:documentation>
{differences}
  <!-- Under another root element, or without one, an error is a warning only. -->
  <start>
    <choice>
      <element>
        <anyName><except><name>error</name></except></anyName>
        <zeroOrMore><attribute><anyName/></attribute></zeroOrMore>
        <interleave>
          <ref name="error"/>
          <zeroOrMore><ref name="other"/></zeroOrMore>
        </interleave>
      </element>
      <ref name="error"/>
    </choice>
  </start>

{error}
  <define name="part">
    <ref name="xml-attributes"/>
    <data type="string"><param name="minLength">1</param></data>
  </define>

  <!-- Codes that are not documented are let through: refer to documented-code here, and they are
       refused. -->
  <define name="code">
    <data type="string"><param name="pattern">[0-9]+</param></data>
  </define>

  <define name="documented-code">
    <choice>
{codes}    </choice>
  </define>

  <!-- Attributes such as xml:lang belong anywhere. -->
  <define name="xml-attributes">
    <zeroOrMore>
      <attribute><nsName ns="http://www.w3.org/XML/1998/namespace"/></attribute>
    </zeroOrMore>
  </define>

  <!-- Data beside an error is a warning only. -->
  <define name="other">
    <element>
      <anyName><except><name>error</name></except></anyName>
      <ref name="anything"/>
    </element>
  </define>

  <define name="anything">
    <zeroOrMore>
      <choice>
        <attribute><anyName/></attribute>
        <text/>
        <element><anyName/><ref name="anything"/></element>
      </choice>
    </zeroOrMore>
  </define>
</grammar>
"#,
        id = export.id(),
        about = about(export),
    )
}

/// A code and three elements in any order; what has the shape of older versions is a warning only.
const PARTS: &str = r#"  <define name="error">
    <choice>
      <ref name="documented-error"/>
      <ref name="older-error"/>
    </choice>
  </define>

  <define name="documented-error">
    <element name="error">
      <attribute name="errorCode"><ref name="code"/></attribute>
      <ref name="xml-attributes"/>
      <interleave>
        <element name="errorAction"><ref name="part"/></element>
        <element name="errorType"><ref name="part"/></element>
        <element name="errorMessage"><ref name="part"/></element>
      </interleave>
    </element>
  </define>

  <define name="older-error">
    <element name="error">
      <attribute name="code"><ref name="code"/></attribute>
      <ref name="xml-attributes"/>
      <choice>
        <text/>
        <interleave>
          <element name="errorAction"><ref name="part"/></element>
          <element name="errorType"><ref name="part"/></element>
          <element name="errorMessage"><ref name="part"/></element>
        </interleave>
      </choice>
    </element>
  </define>
"#;

/// A code and a text; what has the shape of newer versions is a warning only.
const OLDER: &str = r#"  <define name="error">
    <choice>
      <ref name="documented-error"/>
      <ref name="newer-error"/>
    </choice>
  </define>

  <define name="documented-error">
    <element name="error">
      <attribute name="code"><ref name="code"/></attribute>
      <ref name="part"/>
    </element>
  </define>

  <define name="newer-error">
    <element name="error">
      <ref name="xml-attributes"/>
      <choice>
        <group>
          <attribute name="errorCode"><ref name="code"/></attribute>
          <optional><ref name="newer-parts"/></optional>
        </group>
        <group>
          <optional><attribute name="code"><ref name="code"/></attribute></optional>
          <ref name="newer-parts"/>
        </group>
      </choice>
    </element>
  </define>

  <!-- At least one of three, in any order. -->
  <define name="newer-parts">
    <choice>
      <interleave>
        <ref name="newer-action"/>
        <optional><ref name="newer-type"/></optional>
        <optional><ref name="newer-message"/></optional>
      </interleave>
      <interleave>
        <ref name="newer-type"/>
        <optional><ref name="newer-message"/></optional>
      </interleave>
      <ref name="newer-message"/>
    </choice>
  </define>

  <define name="newer-action">
    <element name="errorAction"><ref name="xml-attributes"/><text/></element>
  </define>

  <define name="newer-type">
    <element name="errorType"><ref name="xml-attributes"/><text/></element>
  </define>

  <define name="newer-message">
    <element name="errorMessage"><ref name="part"/></element>
  </define>
"#;
