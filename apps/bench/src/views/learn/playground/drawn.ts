/** More lines than these cannot be told apart, and drawing them many times a second takes time that the page needs. */
const most = 24;

/** The members whose lines are drawn: all, or some that are evenly spread. */
export const drawnMembers = (members: number): readonly number[] => {
  const count = Math.min(members, most);
  return Array.from({ length: count }, (_, i) => Math.floor((i * members) / count));
};

/** Which networks a figure shows: `all networks`, `24 of 100 networks`. */
export const drawnText = (members: number): string =>
  members <= most ? 'all networks' : `${most} of ${members} networks and the best`;
