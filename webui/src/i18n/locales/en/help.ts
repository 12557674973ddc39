export default {
  title: 'Help',
};
