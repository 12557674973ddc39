package modules

import "testing"

// RFC 4648, 10, and what real services send.
func TestBase64AndHex(t *testing.T) {
	run(t, []vector{
		{`base64.encode(""), base64.encode("f"), base64.encode("fo"), base64.encode("foo"), base64.encode("foob"), base64.encode("fooba"), base64.encode("foobar")`,
			" | Zg== | Zm8= | Zm9v | Zm9vYg== | Zm9vYmE= | Zm9vYmFy"},
		{`base64.decode("Zg=="), base64.decode("Zg"), base64.decode("Zm9v\nYmFy\r\n"), base64.decode("")`, "f | f | foobar | "},
		{`base64.url_encode("\251\255\254>?"), base64.encode("\251\255\254>?")`, "-__-Pj8 | +//+Pj8="},
		{`base64.url_decode("-__-Pj8") == "\251\255\254>?", base64.url_decode("Zg==")`, "true | f"},
		{`base64.decode("Zm9*")`, `nil | not base64: '*' at byte 3`},
		{`base64.decode("-__-")`, `nil | not base64: '-' at byte 0`},
		{`base64.url_decode("+//+")`, `nil | not base64: '+' at byte 0`},
		{`base64.decode("Z")`, `nil | not base64: 'Z' at byte 0`},
		{`base64.decode("Zg===")`, `nil | not base64: '=' at byte 2`},
		{`base64.encode(12)`, "MTI="},
		{`hex.encode("foobar\0\255"), hex.decode("666F6f00") == "foo\0", hex.encode("")`, "666f6f62617200ff | true | "},
		{`hex.decode("6")`, "nil | not hex: an odd number of digits"},
		{`hex.decode("6g")`, "nil | not hex: invalid byte: U+0067 'g'"},
	})
	refuse(t, []vector{
		{`base64.encode({})`, "base64.encode: argument 1 (text) is a table, not a string"},
		{`base64.decode(true)`, "base64.decode: argument 1 (text) is a boolean, not a string"},
		{`hex.encode(nil)`, "hex.encode: argument 1 (text) is nil, not a string"},
		{`hex.encode(("x"):rep(9000000))`, "!hex.encode: argument 1 (text) is longer than 8388608 bytes"},
	})
}

func TestURL(t *testing.T) {
	run(t, []vector{
		{`url.encode("a b/ü-._~+&=%")`, "a%20b%2F%C3%BC-._~%2B%26%3D%25"},
		{`url.decode("a%20b%2f+")`, "a b/+"},
		{`url.decode("%zz")`, `nil | invalid URL escape "%zz"`},
		{`url.encode_query({q = "a b", page = 2, on = true, id = {1, "x"}})`, "id=1&id=x&on=true&page=2&q=a%20b"},
		{`url.encode_query({{"z", 1}, {"a", {"x", "y"}}, {"z", ""}})`, "z=1&a=x&a=y&z="},
		{`url.encode_query({})`, ""},
		{`url.decode_query("?q=a+b%21&id=1&id=2&id=3&flag&&x=").q, url.decode_query("id=1&id=2&id=3").id[3], url.decode_query("flag").flag`, "a b! | 3 | "},
		{`url.decode_query("a=%2")`, `nil | invalid URL escape "%2"`},
		{`json.encode(url.parse("https://u:p%20w@shop.example:8443/a%2Fb/c?x=1&y#f%20g"))`,
			`{"fragment":"f%20g","host":"shop.example","password":"p w","path":"/a%2Fb/c","port":8443,"query":"x=1&y","scheme":"https","user":"u"}`},
		{`json.encode(url.parse("/a?b")), json.encode(url.parse("")), url.parse("http://[::1]:80/").host, url.parse("mailto:a@b").path`, `{"path":"/a","query":"b"} | {} | ::1 | a@b`},
		{`url.parse("http://a b/")`, `nil | not a URL: invalid character " " in host name`},
		{`url.parse("http://a:x/")`, `nil | not a URL: invalid port ":x" after host`},
		{`url.build({scheme = "https", user = "u", password = "p w", host = "shop.example", port = 8443, path = "a", query = {b = 1}, fragment = "f"})`, "https://u:p%20w@shop.example:8443/a?b=1#f"},
		{`url.build({host = "::1", scheme = "http", query = "a=b"}), url.build({path = "/x"})`, "http://[::1]?a=b | /x"},
		{`url.build(url.parse("https://u:p@h.example:1/p%20q?x=1#y"))`, "https://u:p@h.example:1/p%20q?x=1#y"},
		{`url.join("https://shop.example/a/b?c", "../d"), url.join("https://h/a", "//g/x"), url.join("http://h/a/b", "?y")`, "https://shop.example/d | https://g/x | http://h/a/b?y"},
		{`url.join("http://a b", "x")`, `nil | base is not a URL: invalid character " " in host name`},
	})
	refuse(t, []vector{
		{`url.encode_query({a = print})`, `url.encode_query: the value of "a" is a function, not a string, number or boolean`},
		{`url.encode_query({{"a", 1}, {2, 3}})`, "url.encode_query: item 2 is no pair of a name and a value"},
		{`url.encode_query({{"a", 1}, "b"})`, "url.encode_query: item 2 is no pair"},
		{`url.encode_query({a = {{1}}})`, `url.encode_query: the value of "a" has a list in its list`},
		{`url.encode_query({[true] = 1})`, "url.encode_query: the table has a key that is a boolean, not a name"},
		{`(function() local l = {} for i = 1, 1000 do l[i] = ("x"):rep(10000) end return url.encode_query({a = l}) end)()`, "!url.encode_query: makes more than 8388608 bytes"},
		{`url.decode_query(("a&"):rep(70000))`, "!url.decode_query: there are more than 65536 parameters"},
		{`url.parse(("x"):rep(70000))`, "!url.parse: argument 1 (text) is longer than 65536 bytes"},
		{`url.build({host = {}})`, "url.build: host is a table, not a string"},
		{`url.build({scheme = "http", host = "a b"})`, "url.build: what it makes is not a URL"},
	})
}

func TestRegex(t *testing.T) {
	run(t, []vector{
		{`regex.test("id=17", [[^id=\d+$]]), regex.test("id=x", [[^id=\d+$]])`, "true | false"},
		{`regex.match("id=17;", [[id=(\d+)]])`, "17"},
		{`regex.match("id=17;", [[\d+]])`, "17"},
		{`regex.match("ac", "(a)(b)?(c)")`, "a | nil | c"},
		{`regex.match("x", "y")`, "nil"},
		{`regex.find("id=17;", [[\d+]])`, "4 | 5"},
		{`regex.find("id=17;", [[(i)(d)]])`, "1 | 2 | i | d"},
		{`regex.find("", "x*")`, "1 | 0"},
		{`regex.find("x", "y")`, "nil"},
		{`table.concat(regex.find_all("a1b22c333", [[\d+]]), ",")`, "1,22,333"},
		{`table.concat(regex.find_all("a=1 b=2", [[(\w)=]]), ",")`, "a,b"},
		{`regex.find_all("a=1 b=2", [[(\w)=(\d)]])[2][1]`, "b"},
		{`#regex.find_all("aaaa", "a", 3), #regex.find_all("x", "a"), #regex.find_all(("a"):rep(5000), "a")`, "3 | 0 | 5000"},
		{`regex.replace("2024-01-31", [[(\d+)-(\d+)-(\d+)]], "$3.$2.$1")`, "31.01.2024 | 1"},
		{`regex.replace("abc", "(?P<x>b)", "[${x}$$$0]")`, "a[b$b]c | 1"},
		{`regex.replace("aaa", "a", "b", 2)`, "bba | 2"},
		{`regex.replace("abc", "", "-")`, "-a-b-c- | 4"},
		{`table.concat(regex.split("a, b;c", [[[,;]\s*]]), "|")`, "a|b|c"},
		{`table.concat(regex.split("a,b,c", ",", 2), "|"), table.concat(regex.split("abc", ""), "|"), table.concat(regex.split(",a,", ","), "|"), #regex.split("", ",")`, "a|b,c | a|b|c | |a| | 1"},
		{`table.concat(regex.split("a,b", ",", 1), "|")`, "a,b"},
		{`regex.escape("1.5*"), regex.test("1.5*", "^" .. regex.escape("1.5*") .. "$")`, `1\.5\* | true`},
		{`regex.test(("a"):rep(30000), "^(a+)+$"), regex.test(("a"):rep(30000) .. "b", "^(a+)+$")`, "true | false"},
	})
	refuse(t, []vector{
		{`regex.match("x", "(")`, `regex.match: argument 2 (pattern) "(" is not a regular expression (RE2): missing closing )`},
		{`regex.match("x", "(?=x)")`, "not a regular expression (RE2)"},
		{`regex.test(("x"):rep(1000000), "(x{200}y?){5}")`, "!regex.test: a regular expression of"},
		{`regex.test("x", ("(ab{3}){200}"):rep(20))`, "is too large"},
		{`regex.find_all(("a"):rep(70000), "a")`, "!regex.find_all: there are more than 65535 matches"},
		{`regex.replace(("a"):rep(60000), "a", ("b"):rep(1000))`, "!regex.replace: makes more than 8388608 bytes"},
		{`regex.find("", ("(a)?"):rep(101))`, "!regex.find: the pattern has 101 groups, more than 100"},
		{`regex.split("a", "a", 0)`, "regex.split: argument 3 (limit) is 0, not between 1 and 65536"},
		{`regex.replace("a", "a")`, "regex.replace: argument 3 (replacement) is nil, not a string"},
	})
}

const shop = `[[<html><head><title>Shop</title><style>p{}</style></head><body><p class="x y">One  <b>b</b>ig<p>Two<br>lines &amp; more</p>
	<script>var p</script><ul><li>a<li>b</ul>
	<form id="search"><input name="q"></form>
	<form id="login" action="/in" method="post"><input type=hidden name=csrf value="t&amp;k"><input name=user><input type=checkbox name=stay>
	<input type=checkbox name=tag value=1 checked><input type=checkbox name=tag value=2 checked><input type=checkbox name=news checked>
	<input type=submit name=go value=Go><input name=off value=1 disabled><textarea name=note>
hi</textarea><select name=lang><option value=en>English<option value=de selected>Deutsch</select><select name=first><option>1<option>2</select>
	<select name=many multiple><option>1</select></form></body></html>]]`

func TestHTML(t *testing.T) {
	run(t, []vector{
		{`html.escape([[<a href="x">'&'</a>]])`, "&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;&lt;/a&gt;"},
		{`html.unescape("caf&eacute; &lt;&#x41;&#66;&nope;")`, "café <AB&nope;"},
		{`html.text("<p>a <b>b</b>c</p>d<script>c</script>"), html.text("")`, "a bc d | "},
		{`html.text(` + shop + `):sub(1, 38)`, "One big Two lines & more a b hi Englis"},
		{`html.css(` + shop + `, "p.x"), html.css(` + shop + `, "p", "class"), html.css(` + shop + `, "table")`, "One  big | x y | nil"},
		{`table.concat(html.css_all(` + shop + `, "li"), ","), #html.css_all("", "li"), html.css_all(` + shop + `, "form", "id")[2]`, "a,b | 0 | login"},
		{`html.xpath(` + shop + `, "//li[2]"), html.xpath(` + shop + `, "count(//li)"), html.xpath(` + shop + `, "//table")`, "b | 2 | nil"},
		{`html.xpath_all(` + shop + `, "//form/@id")[1]`, "search"},
		{`json.encode(html.form(` + shop + `))`, `{"action":"","fields":{"q":""},"method":"GET"}`},
		{`json.encode(html.form(` + shop + `, "#login"))`, `{"action":"/in","fields":{"csrf":"t&k","first":"1","lang":"de","news":"on","note":"hi","tag":["1","2"],"user":""},"method":"POST"}`},
		{`html.form(` + shop + `, "#none")`, "nil"},
	})
	refuse(t, []vector{
		{`html.css("", "li[")`, "html.css: argument 2 (selector)"},
		{`html.xpath("", "//li[")`, "html.xpath: argument 2 (expression)"},
		{`html.form("", "li[")`, "html.form: argument 2 (selector) is not a CSS selector"},
		{`html.css("")`, "html.css: argument 2 (selector) is nil, not a string"},
		{`html.text(("<b>"):rep(100001))`, "!html.text: the page has more than 100000 tags"},
		{`html.css(("<b>"):rep(100001), "b")`, "!html.css: the body has 100001 tags"},
		{`html.css(("x"):rep(5000000), "b")`, "!html.css: argument 1 (page) is longer than 4194304 bytes"},
		{`html.css_all(("<br>"):rep(70000), "br")`, "!html.css_all: it finds more than 65535 elements"},
		{`html.text(("<b>"):rep(600))`, "!html.text: cannot parse the page"},
	})
}
