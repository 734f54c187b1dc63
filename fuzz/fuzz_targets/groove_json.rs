#![no_main]
faultbook_fuzz::target!(groove_json);
