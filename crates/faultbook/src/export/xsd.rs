//! XML Schema 1.0 of an edition's errors in XML. The documents' elements are in no namespace, so
//! the schema has none either.

use super::shape::Shape;
use super::xml::{about, differences, escaped};
use super::{Export, Format, VERSION};

/// Attributes such as `xml:lang` belong anywhere.
const ANY_XML_ATTRIBUTE: &str = "<xs:anyAttribute namespace=\"http://www.w3.org/XML/1998/namespace\" processContents=\"skip\"/>";

pub(super) fn write(export: &Export) -> String {
    let edition = export.edition;
    let differences = differences(export, Format::Xsd, "difference", "      ");
    let codes: Vec<String> = edition
        .codes
        .iter()
        .map(|row| {
            format!(
                r#"      <xs:enumeration value="{}">
        <xs:annotation><xs:documentation xml:lang="en">{}</xs:documentation></xs:annotation>
      </xs:enumeration>
"#,
                escaped(row.code),
                escaped(row.summary),
            )
        })
        .collect();
    let codes = codes.concat();
    let error = match export.shape {
        Shape::AmpacheOlder => older(),
        _ => parts(),
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" id="{service}-{edition_version}-error" version="{edition}, faultbook {VERSION}">
  <xs:annotation>
    <xs:documentation xml:lang="en">{about}</xs:documentation>
    <xs:appinfo source="{id}">
{differences}    </xs:appinfo>
  </xs:annotation>

  <xs:element name="root" type="Root"/>

  <xs:complexType name="Root">
    <xs:sequence>
      <xs:element name="error" type="Error"/>
    </xs:sequence>
    <xs:anyAttribute processContents="skip"/>
  </xs:complexType>

{error}
  <xs:simpleType name="Text">
    <xs:restriction base="xs:string">
      <xs:minLength value="1"/>
    </xs:restriction>
  </xs:simpleType>

  <!-- Codes that are not documented are let through: give the attribute the type DocumentedCode,
       and they are refused. -->
  <xs:simpleType name="Code">
    <xs:restriction base="xs:string">
      <xs:pattern value="[0-9]+"/>
    </xs:restriction>
  </xs:simpleType>

  <xs:simpleType name="DocumentedCode">
    <xs:restriction base="xs:string">
{codes}    </xs:restriction>
  </xs:simpleType>
</xs:schema>
"#,
        service = edition.service,
        edition_version = edition.version,
        about = about(export),
        id = export.id(),
    )
}

/// A code and three elements, in any order.
fn parts() -> String {
    format!(
        r#"  <xs:complexType name="Error">
    <xs:all>
      <xs:element name="errorAction" type="Part"/>
      <xs:element name="errorType" type="Part"/>
      <xs:element name="errorMessage" type="Part"/>
    </xs:all>
    <xs:attribute name="errorCode" type="Code" use="required"/>
    {ANY_XML_ATTRIBUTE}
  </xs:complexType>

  <xs:complexType name="Part">
    <xs:simpleContent>
      <xs:extension base="Text">
        {ANY_XML_ATTRIBUTE}
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
"#
    )
}

/// A code and a text.
fn older() -> String {
    format!(
        r#"  <xs:complexType name="Error">
    <xs:simpleContent>
      <xs:extension base="Text">
        <xs:attribute name="code" type="Code" use="required"/>
        {ANY_XML_ATTRIBUTE}
      </xs:extension>
    </xs:simpleContent>
  </xs:complexType>
"#
    )
}
