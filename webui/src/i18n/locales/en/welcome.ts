export default {
  title: 'Welcome',
  text: 'Three steps to the first load test. Nothing is sent before you say so.',
  loading: 'Loading',
  plan: { title: 'Make a plan', text: 'A plan says which requests users send. Paste a cURL command, import a file, or take the sample.', button: 'Plans' },
  workers: { title: 'Add workers', text: 'Workers send the requests. One can run beside the master; for more load add other machines.', button: 'Workers' },
  learn: { title: 'Look around', text: 'How to begin, the keys, and what Lua scripts can do.', button: 'Help' },
  unknown: { title: 'Not found', text: 'There is no page at this address.', button: 'Go to the plans' },
};
