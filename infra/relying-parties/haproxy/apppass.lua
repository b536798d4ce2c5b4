-- Asks apppass about a request, for haproxy.cfg beside it. Goes to /etc/haproxy/apppass.lua; see README.md.
--
-- The verdict is in the variable txn.apppass: "in", then txn.apppass_login is the person's e-mail; "wrong"; or anything else, which is
-- no verdict. Where nothing is set, as when something here fails, nobody is let in.

-- Read at the start, as root, before haproxy gives its rights away and goes into its chroot.
local file = assert(io.open("/etc/haproxy/apppass.key"))
local key = file:read("l")
file:close()
assert(key and #key > 0, "the key file is empty")

core.register_action("apppass", { "http-req" }, function(txn)
	local given = txn.http:req_get_headers()["authorization"]
	if given == nil then
		txn:set_var("txn.apppass", "wrong")
		return
	end
	if given[1] ~= nil then
		txn:set_var("txn.apppass", "two")
		return
	end
	-- To the backend of that name in haproxy.cfg, which knows TLS and keeps connections. What is said beside these headers stays here.
	local answer = core.httpclient():get({
		url = "http://apppass/v1/forward-auth",
		dst = "abns@apppass",
		headers = {
			["authorization"] = { given[0] },
			["x-apppass-key"] = { key },
			["x-apppass-client-ip"] = { txn.f:src() },
		},
		timeout = 5000, -- ms; longer than the backend takes to say that apppass is away
	})
	local login = answer.headers and answer.headers["x-apppass-login"]
	if (answer.status == 200 or answer.status == 204) and login ~= nil and #login[0] > 0 then
		txn:set_var("txn.apppass_login", login[0])
		txn:set_var("txn.apppass", "in")
	elseif answer.status == 401 then
		txn:set_var("txn.apppass", "wrong")
	end
end, 0)
