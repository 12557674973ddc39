export default {
  title: 'Scripts',
};
