//! The typed values for serde: content only, no positions. Bytes that are no UTF-8 are replaced by
//! U+FFFD.

use serde::ser::{Error, Serialize, SerializeStruct, Serializer};

use crate::{AuthParam, Bearer, BearerError, Challenge, RetryAfter, Scope};

/// `{"scheme", "token68"?, "params": [{"name", "value"}, …]}`.
impl Serialize for Challenge<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Challenge", 3)?;
        object.serialize_field("scheme", self.scheme())?;
        match self.token68() {
            Some(text) => object.serialize_field("token68", text)?,
            None => object.skip_field("token68")?,
        }
        object.serialize_field("params", self.params())?;
        object.end()
    }
}

/// `{"name", "value"}`.
impl Serialize for AuthParam<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("AuthParam", 2)?;
        object.serialize_field("name", self.name())?;
        object.serialize_field("value", &self.text())?;
        object.end()
    }
}

/// The attributes that are there, under their own names.
impl Serialize for Bearer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = [
            ("realm", self.realm.as_deref()),
            ("error", self.error.as_ref().map(BearerError::as_str)),
            ("error_description", self.error_description.as_deref()),
            ("error_uri", self.error_uri.as_deref()),
            ("scope", self.scope.as_ref().map(Scope::as_str)),
        ];
        let mut object = serializer.serialize_struct("Bearer", fields.len())?;
        for (name, text) in fields {
            match text {
                Some(text) => object.serialize_field(name, text)?,
                None => object.skip_field(name)?,
            }
        }
        object.end()
    }
}

/// The code as a string.
impl Serialize for BearerError<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The list as a string.
impl Serialize for Scope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// `{"delay": seconds}` or `{"date": "an IMF-fixdate"}`; a date that no field can say is an error.
impl Serialize for RetryAfter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("RetryAfter", 1)?;
        match self {
            Self::Delay(seconds) => object.serialize_field("delay", seconds)?,
            Self::Date(_) => {
                object.serialize_field("date", &self.to_value().map_err(S::Error::custom)?)?;
            }
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use crate::{RetryAfter, read_challenges};

    #[test]
    fn values_are_serialised_by_content() {
        let reading = read_challenges(b"Basic YWJj, bearer Error=x, scope=\"a \xFF\"");
        assert_eq!(
            to_value(&reading.challenges).unwrap(),
            json!([
                {"scheme": "Basic", "token68": "YWJj", "params": []},
                {"scheme": "bearer", "params": [
                    {"name": "Error", "value": "x"},
                    {"name": "scope", "value": "a \u{FFFD}"},
                ]},
            ])
        );
        assert_eq!(
            to_value(reading.bearer()).unwrap(),
            json!({"error": "x", "scope": "a \u{FFFD}"})
        );
    }

    #[test]
    fn retry_after_is_a_delay_or_a_date() {
        let value = |text: &'static str| to_value(RetryAfter::read(text.as_bytes()).unwrap());
        assert_eq!(value("007").unwrap(), json!({"delay": 7}));
        assert_eq!(
            value("Sunday, 06-Nov-94 08:49:37 GMT").unwrap(),
            json!({"date": "Sun, 06 Nov 1994 08:49:37 GMT"})
        );
        // Year 0: read, but never written.
        assert!(value("Wed, 01 Mar 0000 00:00:00 GMT").is_err());
    }
}
