export default {
  title: '压测机 (Worker)',
};
