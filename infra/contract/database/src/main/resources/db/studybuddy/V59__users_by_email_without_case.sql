-- Addresses that differ only in case are equal for the API. The index is not unique, because users from before this rule may share an address.
CREATE INDEX IF NOT EXISTS users_by_email_without_case ON users (lower(email), id);
