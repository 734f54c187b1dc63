#![no_main]
faultbook_fuzz::target!(ampache_json);
