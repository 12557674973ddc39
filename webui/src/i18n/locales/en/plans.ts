export default {
  title: 'Plans',
};
