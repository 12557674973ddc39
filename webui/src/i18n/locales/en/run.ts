export default {
  title: 'Run',
};
