#![no_main]
faultbook_fuzz::target!(xml_encoding);
