-- Asks apppass about a request, for apppass.conf beside it. Goes to /etc/apache2/apppass.lua; see README.md.
--
-- Only 204 or 200 with a login lets in, only 401 is wrong. Whatever else comes, or does not come in time, is 503. A thread of Apache's has a
-- Lua of its own (LuaScope thread), which keeps its connection to apppass from one request to the next.

local host, port = "verify.apppass.example.com", 443
local ca_file = "/etc/ssl/certs/ca-certificates.crt"
local key_file = "/etc/apache2/apppass.key"
local realm = "Intranet"
local patience = 3 -- seconds, for everything but looking up the host's name, which is the system's resolver's

local socket = require("socket")
local ssl = require("ssl")

local tls = {
	mode = "client", protocol = "any", options = { "all", "no_sslv2", "no_sslv3", "no_tlsv1", "no_tlsv1_1" },
	verify = "peer", cafile = ca_file,
}

local connection -- that is kept, or nil

-- is_for reports whether a certificate is for the host. LuaSec looks at who has signed it, not at whose it is (RFC 6125 §6.4).
local function is_for(certificate)
	local names = certificate:extensions()["2.5.29.17"] or {} -- subjectAltName
	for _, name in ipairs(names.iPAddress or {}) do
		if name == host then return true end
	end
	local parent = host:match("^[^.]+(%..+)$")
	for _, name in ipairs(names.dNSName or {}) do
		name = name:lower()
		if name == host or parent and name == "*" .. parent then return true end
	end
	return false
end

-- left is how much of the deadline there is.
local function left(deadline) return math.max(0.001, deadline - socket.gettime()) end

local function close()
	if connection then connection:close() end
	connection = nil
end

local function connect(deadline)
	local tcp, err = socket.tcp()
	if not tcp then return nil, err end
	tcp:settimeout(left(deadline))
	local ok
	ok, err = tcp:connect(host, port)
	if not ok then
		tcp:close()
		return nil, err
	end
	tcp:setoption("tcp-nodelay", true)
	local secured
	secured, err = ssl.wrap(tcp, tls)
	if not secured then
		tcp:close()
		return nil, err
	end
	secured:sni(host)
	secured:settimeout(left(deadline))
	ok, err = secured:dohandshake()
	if ok and not is_for(secured:getpeercertificate()) then
		ok, err = nil, "the certificate is somebody else's"
	end
	if not ok then
		secured:close()
		return nil, err
	end
	return secured
end

-- exchange sends a request over the connection and returns the status and the login. Answers of apppass's have no body; after another
-- one the connection is at an end.
local function exchange(request, deadline)
	connection:settimeout(left(deadline))
	local ok, err = connection:send(request)
	if not ok then return nil, err end
	connection:settimeout(left(deadline))
	local line
	line, err = connection:receive("*l")
	local status = line and tonumber(line:match("^HTTP/1%.1 (%d%d%d)"))
	if not status then return nil, err or "no HTTP" end
	local login, bare, lasts = nil, status == 204, true
	repeat
		connection:settimeout(left(deadline))
		line, err = connection:receive("*l")
		if not line then return nil, err, true end
		local name, value = line:match("^([^:]+):%s*(.-)%s*$")
		name = name and name:lower()
		if name == "x-apppass-login" then login = value end
		if name == "content-length" and value == "0" then bare = true end
		if name == "connection" and value:lower() == "close" then lasts = false end
	until line == "" or socket.gettime() > deadline
	if line ~= "" or not bare or not lasts then close() end
	return status, login
end

-- ask returns the status and the login. A connection that was kept may have ended meanwhile; then there is one try more with a new one.
local function ask(request)
	local deadline = socket.gettime() + patience
	local kept = connection ~= nil
	while true do
		if not connection then
			local err
			connection, err = connect(deadline)
			if not connection then return nil, err end
		end
		local status, result = exchange(request, deadline)
		if status then return status, result end
		close()
		if not kept or socket.gettime() > deadline then return nil, result end
		kept = false
	end
end

local function later(r, why)
	r:err("apppass: no verdict: " .. tostring(why))
	r.err_headers_out["Retry-After"] = "2"
	return 503
end

local function wrong(r)
	r.err_headers_out["WWW-Authenticate"] = 'Basic realm="' .. realm .. '", charset="UTF-8"'
	return 401
end

-- check is Apache's question who this is.
function check(r)
	-- What a visitor says under these names is nobody's word. Programs that take - and _ for the same are meant too.
	for name in pairs(r:headers_in_table()) do
		if name:lower():find("^x[-_]apppass") then r.headers_in[name] = nil end
	end
	local authorization = r.headers_in["Authorization"]
	if not authorization then return wrong(r) end
	if authorization:find("[\r\n,]") then return later(r, "there are two Authorizations") end -- no comma is in base64
	local file = io.open(key_file)
	local key = file and file:read("l")
	if file then file:close() end
	if not key then return later(r, key_file .. " can't be read") end

	local status, login = ask(
		"GET /v1/forward-auth HTTP/1.1\r\nHost: " .. host .. "\r\nAuthorization: " .. authorization ..
		"\r\nX-Apppass-Key: " .. key .. "\r\nX-Apppass-Client-IP: " .. r.useragent_ip .. "\r\n\r\n")
	if (status == 204 or status == 200) and login and login ~= "" then
		r.user = login
		r.headers_in["X-Apppass-Login"] = login
		return apache2.OK
	end
	if status == 401 then return wrong(r) end
	return later(r, status or login)
end
