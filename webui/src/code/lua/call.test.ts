import { expect, it } from 'vitest';
import { argumentOf, keysOf, openCall } from './call';

it('finds the call that is being written', () => {
  expect(openCall('check("a, b", ')).toMatchObject({ name: 'check', from: 0, table: false, argument: 1 });
  expect(openCall('local x = res:json(')).toMatchObject({ name: 'res:json', from: 10, argument: 0 });
  expect(openCall('check("a", f(1, 2), ')).toMatchObject({ name: 'check', argument: 2 });
  expect(openCall('http.get{url = "/", na')).toMatchObject({ name: 'http.get', table: true, argument: 1, atKey: true });
  expect(openCall('http.post({\n  url = ')).toMatchObject({ name: 'http.post', table: true, argument: 0, atKey: false });
  expect(openCall('http.get{url = "/", headers = {["X-A"] = ')).toBeUndefined();
  expect(openCall('check("done", true)\n')).toBeUndefined();
  expect(openCall('function before(req, ')).toBeUndefined();
  expect(openCall('local f = function(a, ')).toBeUndefined();
  expect(openCall('if (a ')).toBeUndefined();
  expect(openCall('-- check(\nlocal a = "(" .. ')).toBeUndefined();
});

it('reads signatures', () => {
  expect(keysOf('http.get{url = , name = , status = }')).toEqual(['url', 'name', 'status']);
  expect(keysOf('check(name, ok)')).toEqual([]);
  expect(argumentOf('check(name, ok [, detail])', 0)).toEqual(['check(', 'name', ', ok [, detail])']);
  expect(argumentOf('check(name, ok [, detail])', 1)).toEqual(['check(name,', ' ok [', ', detail])']);
  expect(argumentOf('log.info(...)', 4)).toEqual(['log.info(', '...', ')']);
  expect(argumentOf('user.id', 0)).toEqual(['user.id', '', '']);
});
