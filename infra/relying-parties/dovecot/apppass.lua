-- /etc/dovecot/apppass.lua: Dovecot asks apppass whether an app password is good.
--
-- What is promised. Only the answer 200 with "ok": true lets anyone in, and only 401 with "ok": false is "wrong password". Everything
-- else, a page of a proxy's, an error, no answer in time, is "try again later". No password is logged or kept.
--
-- What may be changed here. The settings. The rest is the contract of POST /v1/verify.

local settings = {
  url = "https://apppass.example.com/v1/verify",
  -- The service key, alone in a file that Dovecot's auth processes may read (root:dovecot, 0640). It is read at each sign-in, so a new
  -- key needs no reload.
  key_file = "/etc/dovecot/apppass.key",
  -- The company's prefixes, the present one and former ones.
  prefixes = { "app" },
  -- How long an answer may take, in milliseconds.
  timeout = 2500,
  -- false: people sign in with app passwords only. true: what has not the shape of an app password goes on to the next passdb, and what
  -- has it never does, neither when it is wrong nor when apppass is away.
  others_go_on = false,
}

-- Dovecot's names of services, and apppass' names of protocols.
local protocols = { imap = "imap", pop3 = "pop3", submission = "smtp", smtp = "smtp", sieve = "sieve", managesieve = "sieve" }

-- The symbols and the lengths of app passwords, as package core/password has them.
local letters = "^[2-9A-HJ-NP-Za-hjkmnp-z]+$"
local symbols = "^[2-9A-HJ-NP-Za-hjkmnp-z._=]+$"
local shapes = { [22] = letters, [25] = letters, [30] = symbols }

local json = require "cjson.safe"

local function new_client(patience, idle)
  return dovecot.http.client {
    request_timeout_msecs = patience,
    -- Dovecot sends the body once apppass has said "100 Continue", and only then begins the time above. This one counts from the start.
    request_absolute_timeout_msecs = patience,
    max_idle_time_msecs = idle,
    max_attempts = 1,
    max_connect_attempts = 1,
    -- Documented to bound the wait between connections; 2.3.19 doubles it all the same, up to the request's own deadline.
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

local function has_shape(text)
  local shape = shapes[#text]
  return shape ~= nil and text:find(shape) ~= nil
end

-- Whether a password looks like one of ours, be it right, mistyped or cut short. One that is nearly ours counts as ours.
local function looks_like_ours(password)
  local text = password:gsub("[- ]", "")
  if has_shape(text) then
    return true
  end
  for _, prefix in ipairs(settings.prefixes) do
    local n = #prefix
    if password:sub(1, n):lower() == prefix:lower() and password:find("^[- ]", n + 1) then
      return true
    end
    if text:sub(1, n):lower() == prefix:lower() and has_shape(text:sub(n + 1)) then
      return true
    end
  end
  return false
end

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

local function verify(req, password)
  local protocol = protocols[req.service]
  if protocol == nil then
    return later(req, "it has no word for the service " .. tostring(req.service))
  end
  local key, err = read_key()
  if key == nil then
    return later(req, "there is no service key: " .. err)
  end
  local body = json.encode {
    login = req.user, password = password, client_ip = req.rip or "", protocol = protocol, session = req.session or "",
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
  if status == 200 and answer.ok == true and type(answer.login) == "string" and answer.login ~= "" then
    req:log_info("apppass: accepted, " .. tostring(answer.credential_id))
    -- The mailbox is the person's, however the login was typed, and sessions are ended under this name.
    return dovecot.auth.PASSDB_RESULT_OK, { user = answer.login }
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
  if settings.others_go_on and not looks_like_ours(password) then
    return dovecot.auth.PASSDB_RESULT_NEXT, {}
  end
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
