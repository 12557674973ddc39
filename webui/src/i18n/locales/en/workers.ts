export default {
  title: 'Workers',
};
