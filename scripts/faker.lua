-- Made-up people and words, English ("en", the default) and Chinese ("zh"). All is drawn
-- from the user's own random numbers, so a run with the same seed makes the same people.
-- Mail addresses are of example.com and American phone numbers of 555-01xx: nobody's.

local random = require "random"

local faker = {}

-- Each list is one string, cut when it is first used.
local lists = {
  en = {
    given = "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Carlos Karen Daniel Nancy Ahmed Lisa Anthony Betty Mark Sandra Paul Ashley Steven Emily Andrew Kimberly Kenneth Donna George Michelle Kevin Carol",
    family = "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Green Adams Nelson Baker Hall",
    city = "Springfield Riverside Franklin Greenville Bristol Clinton Fairview Salem Madison Georgetown Arlington Ashland Burlington Manchester Oxford Milton Newport Auburn Dayton Lexington",
    region = "AL AZ CA CO FL GA IL IN MA MI MN NC NJ NY OH OR PA TX VA WA",
    street = "Main Oak Pine Maple Cedar Elm Lake Hill Park River Church Spring Mill Walnut Union North South Garden School Forest",
    word = "time year way day thing world life hand part child eye place week case point company number group problem fact water room money story lot right study book word business issue side kind head house service friend power hour game line end member law car city name team minute idea body back face door art war history party result change morning reason research girl guy moment air teacher force",
  },
  zh = {
    given = "伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀英 霞 平 刚 桂英 建国 志强 晓明 海燕 文静 子涵 浩然 雨欣 思远 佳怡 俊杰 欣怡 宇轩 梓萱",
    family = "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾",
    city = "北京市 上海市 广州市 深圳市 成都市 杭州市 武汉市 西安市 南京市 重庆市 天津市 苏州市 长沙市 青岛市 厦门市 大连市 昆明市 合肥市",
    region = "朝阳区 海淀区 浦东新区 徐汇区 天河区 南山区 武侯区 西湖区 江汉区 雁塔区 鼓楼区 渝中区 和平区 姑苏区 岳麓区 市南区",
    street = "人民路 中山路 解放路 建设路 和平路 新华路 文化路 长江路 黄河路 北京路 南京路 胜利路 光明路 友谊路 学院路 滨江路",
    word = "时间 世界 生活 工作 问题 公司 朋友 城市 天气 音乐 电影 历史 文化 学校 老师 学生 电脑 手机 网络 科学 技术 自然 春天 夏天 秋天 冬天 早晨 晚上 今天 明天 家庭 孩子 故事 梦想 希望 快乐 健康 美丽 简单 重要 河流 山峰 海洋 森林",
    pinyin = "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo",
  },
}

local function list(locale, name)
  local lists_of = lists[locale or "en"]
  if not lists_of then error("faker: unknown language " .. tostring(locale) .. ": en or zh", 3) end
  local found = lists_of[name]
  if type(found) == "string" then
    local items = {}
    for item in string.gmatch(found, "%S+") do items[#items + 1] = item end
    lists_of[name], found = items, items
  end
  return found
end

local function one(locale, name)
  local items = list(locale, name)
  return items[random.int(1, #items)]
end

--- faker.digits(n): a text of n random digits.
function faker.digits(n)
  local digits = {}
  for i = 1, n do digits[i] = random.int(0, 9) end
  return table.concat(digits)
end

--- faker.first_name(language): a given name.
function faker.first_name(language) return one(language, "given") end

--- faker.last_name(language): a family name.
function faker.last_name(language) return one(language, "family") end

--- faker.name(language): a whole name: "Mary Lopez", "王伟".
function faker.name(language)
  if language == "zh" then return one("zh", "family") .. one("zh", "given") end
  return one(language, "given") .. " " .. one(language, "family")
end

--- faker.username(language): letters and digits, such as "mary.lopez482" or "wang31907".
function faker.username(language)
  if language == "zh" then return one("zh", "pinyin") .. faker.digits(5) end
  return string.lower(one(language, "given") .. "." .. one(language, "family")) .. faker.digits(3)
end

--- faker.email(language): an address of example.com.
function faker.email(language) return faker.username(language) .. "@example.com" end

--- faker.phone(language): "+1 415 555 0134"; Chinese: a mobile number of 11 digits.
function faker.phone(language)
  if language == "zh" then
    return "1" .. random.int(3, 9) .. faker.digits(9)
  elseif language ~= nil and language ~= "en" then
    list(language, "given") -- says that there is no such language
  end
  return string.format("+1 %d 555 01%s", random.int(201, 989), faker.digits(2))
end

--- faker.city(language): a city.
function faker.city(language) return one(language, "city") end

--- faker.postcode(language): five digits; Chinese: six.
function faker.postcode(language)
  return random.int(1, 9) .. faker.digits(language == "zh" and 5 or 4)
end

--- faker.street(language): a street with a number: "12 Oak Street", "中山路12号".
function faker.street(language)
  local number = random.int(1, 999)
  if language == "zh" then return one("zh", "street") .. number .. "号" end
  return number .. " " .. one(language, "street") .. " Street"
end

--- faker.address(language): a table with street, city, region, postcode and text, the whole
--- in one line.
function faker.address(language)
  local a = {
    street = faker.street(language), city = faker.city(language),
    region = one(language, "region"), postcode = faker.postcode(language),
  }
  if language == "zh" then
    a.text = a.city .. a.region .. a.street
  else
    a.text = a.street .. ", " .. a.city .. ", " .. a.region .. " " .. a.postcode
  end
  return a
end

--- faker.word(language): a word.
function faker.word(language) return one(language, "word") end

--- faker.words(n, language): n words; Chinese ones without spaces between them.
function faker.words(n, language)
  local words = {}
  for i = 1, n do words[i] = one(language, "word") end
  return table.concat(words, language == "zh" and "" or " ")
end

--- faker.sentence(language): five to ten words with a full stop.
function faker.sentence(language)
  local text = faker.words(random.int(5, 10), language)
  if language == "zh" then return text .. "。" end
  return string.upper(string.sub(text, 1, 1)) .. string.sub(text, 2) .. "."
end

return faker
