-- /etc/dovecot/apppass-bridge.lua: who signs in here with an app password is signed in at Office 365, with an access token.
--
-- What is promised. Only the answer 200 with "ok": true and a token lets anyone in, and only 401 with "ok": false is "wrong password".
-- Everything else, a page of a proxy's, an error, no answer in time, is "try again later". Whose mailbox is opened is apppass' word, never
-- the program's; to which hosts the token goes is this file's. No password and no token is logged or kept.
--
-- What may be changed here. The settings. The rest is the contract of POST /v1/verify, and is like ../dovecot/apppass.lua.

local settings = {
  url = "https://apppass.example.com/v1/verify",
  -- The bridge's id in apppass. A key that is another service's is refused.
  service = "mail",
  -- The bridge's own service key, alone in a file that Dovecot's auth processes may read (root:dovecot, 0640). It is read at each sign-in,
  -- so a new key needs no reload.
  key_file = "/etc/dovecot/apppass.key",
  -- How long an answer may take, in milliseconds.
  timeout = 2500,
  -- Where tokens are sent. The certificate has to be that of the host.
  upstreams = {
    imap = { host = "outlook.office365.com", port = "993", ssl = "yes" },
    smtp = { host = "smtp.office365.com", port = "587", starttls = "yes" },
  },
}

-- Dovecot's names of services, and apppass' names of protocols.
local protocols = { imap = "imap", submission = "smtp" }

local json = require "cjson.safe"

local function new_client(patience, idle)
  return dovecot.http.client {
    request_timeout_msecs = patience,
    -- Dovecot sends the body once apppass has said "100 Continue", and only then begins the time above. This one counts from the start.
    request_absolute_timeout_msecs = patience,
    max_idle_time_msecs = idle,
    max_attempts = 1,
    max_connect_attempts = 1,
    -- Else sign-ins wait for longer and longer after apppass was away.
    connect_backoff_time_msecs = 1,
    connect_backoff_max_time_msecs = 100,
    no_auto_redirect = true,
  }
end

local client

-- Forgets a connection on which no answer came. A request whose body was never asked for stays in it for as long as TCP holds on, and
-- blocks those behind it, also those of another client: clients share connections. It ends when it is idle, and how long that may be says
-- the client that had it last: here for a moment.
local function drop_connection()
  client = nil
  collectgarbage()
  pcall(function()
    new_client(50, 1):request({ url = settings.url }):submit()
  end)
  collectgarbage()
end

-- What Dovecot itself says where no answer has come in time.
local timed_out = 9008

local function read_key()
  local file, err = io.open(settings.key_file, "r")
  if file == nil then
    return nil, err
  end
  local key = (file:read("a") or ""):gsub("%s", "")
  file:close()
  if key == "" then
    return nil, settings.key_file .. " is empty"
  end
  return key
end

local function later(req, why)
  req:log_error("apppass: " .. why)
  return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, {}
end

-- Whether text can stand in a field of Dovecot's and in a line of XOAUTH2.
local function is_word(text)
  return type(text) == "string" and text ~= "" and text:find("[%s%c]") == nil
end

-- The fields with which Dovecot's login process goes on to the upstream.
local function proxied(login, protocol, upstream)
  local to = settings.upstreams[protocol]
  return {
    user = login,
    proxy = "y",
    proxy_mech = "XOAUTH2",
    proxy_timeout = "30",
    -- No words of ours about the client: the upstream is somebody else's.
    proxy_not_trusted = "y",
    host = to.host,
    port = to.port,
    ssl = to.ssl,
    starttls = to.starttls,
    destuser = upstream.user,
    pass = upstream.access_token,
  }
end

local function verify(req, password)
  local protocol = protocols[req.service]
  if protocol == nil then
    return later(req, "the bridge does not serve " .. tostring(req.service))
  end
  local key, err = read_key()
  if key == nil then
    return later(req, "there is no service key: " .. err)
  end
  local body = json.encode {
    login = req.user, password = password, client_ip = req.rip or "", protocol = protocol, session = req.session or "",
    service = settings.service,
  }
  -- apppass keeps idle connections longer than 55 seconds.
  client = client or new_client(settings.timeout, 55000)
  local request = client:request { url = settings.url, method = "POST" }
  request:add_header("Authorization", "Bearer " .. key)
  request:add_header("Content-Type", "application/json")
  request:set_payload(body)
  local response = request:submit()
  local status = response:status()
  local answer = json.decode(response:payload() or "")
  if type(answer) ~= "table" then
    answer = {}
  end
  if status == 200 and answer.ok == true and is_word(answer.login) then
    local upstream = answer.upstream
    if type(upstream) ~= "table" or upstream.mech ~= "xoauth2" or not is_word(upstream.user) or not is_word(upstream.access_token) then
      return later(req, "the answer has no token: the service is no bridge")
    end
    req:log_info("apppass: accepted, " .. tostring(answer.credential_id))
    return dovecot.auth.PASSDB_RESULT_OK, proxied(answer.login, protocol, upstream)
  end
  if status == 401 and answer.ok == false then
    req:log_info("apppass: refused, " .. tostring(answer.reason))
    return dovecot.auth.PASSDB_RESULT_PASSWORD_MISMATCH, {}
  end
  if status == timed_out then
    drop_connection()
  end
  return later(req, "no verdict: " .. status .. " " .. tostring(response:reason()) .. " " .. tostring(answer.error or "")
    .. " " .. tostring(answer.reference or ""))
end

function auth_password_verify(req, password)
  local done, result, fields = pcall(verify, req, password)
  if not done then
    drop_connection()
    -- Lua's messages name variables and types, not what is in them.
    return later(req, "the script failed: " .. tostring(result))
  end
  return result, fields
end

-- Only a password that was given is verified: there is none to hand out, for CRAM-MD5 and the like.
function auth_passdb_lookup(req)
  return dovecot.auth.PASSDB_RESULT_USER_UNKNOWN, {}
end
