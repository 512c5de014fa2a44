-- oldest-program: 0.1.0
-- When a provider's end of a login was taken here, by our clock: a person who was sent there later has another login.
ALTER TABLE hub.login_end ADD COLUMN taken_at timestamptz;
-- When an application answered, through the browser, that it had taken the logout.
ALTER TABLE hub.session_reach ADD COLUMN told_at timestamptz;
