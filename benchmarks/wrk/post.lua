-- Posts one body again and again, or several in turn, and prints what wrk has measured as one line
-- of JSON. Arguments: a file with a body, or with bodies one a line; then one "host:port" for each
-- thread.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  file:close()
  wrk.headers["Content-Type"] = "application/json"
  local address = args[1 + number]
  if address then
    local host, port = address:match("^(.*):(%d+)$")
    wrk.headers["Host"] = address
    for _, each in ipairs(wrk.lookup(host, port)) do
      if wrk.connect(each) then
        wrk.thread.addr = each
        break
      end
    end
  end
  local requests = {}
  for body in wrk.body:gmatch("[^\n]+") do
    requests[#requests + 1] = wrk.format(nil, nil, nil, body)
  end
  if #requests > 1 then
    -- Each thread begins elsewhere.
    local last = number * 7919 % #requests
    function request()
      last = last % #requests + 1
      return requests[last]
    end
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%.0f,"micros":%.0f,"bytes":%.0f,"connect":%.0f,"read":%.0f,' ..
    '"write":%.0f,"status":%.0f,"timeout":%.0f,"min":%.0f,"p50":%.0f,"p90":%.0f,"p99":%.0f,' ..
    '"p999":%.0f,"max":%.0f}\n',
    summary.requests, summary.duration, summary.bytes, errors.connect, errors.read, errors.write,
    errors.status, errors.timeout, latency.min, latency:percentile(50), latency:percentile(90),
    latency:percentile(99), latency:percentile(99.9), latency.max))
end
