"""Bad inputs, each built by code and put to the command line as a user would."""
