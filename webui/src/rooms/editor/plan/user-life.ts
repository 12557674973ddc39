/** How long a user lives: the whole run, one transaction, some time, or a number of transactions. */
export type LifeKind = 'run' | 'iteration' | 'time' | 'iterations';

export const LIFE_KINDS: readonly LifeKind[] = ['run', 'iteration', 'time', 'iterations'];

export interface UserLife {
  word: string;
  iterations: string;
  after: string;
}

export function lifeKind(life: UserLife): LifeKind {
  if (life.iterations !== '') return 'iterations';
  if (life.word === 'iteration') return 'iteration';
  return life.after !== '' || (life.word !== '' && life.word !== 'run') ? 'time' : 'run';
}

/** The time of a life that ends by time, however it is written. */
export function lifeTime(life: UserLife): string {
  return lifeKind(life) === 'time' && life.after === '' ? life.word : life.after;
}

/** Another kind of life; a time that was there stays. */
export function withLifeKind(life: UserLife, kind: LifeKind): UserLife {
  const time = lifeTime(life);
  switch (kind) {
    case 'run':
    case 'iteration':
      return { word: kind, iterations: '', after: '' };
    case 'time':
      return { word: time || '30m', iterations: '', after: '' };
    case 'iterations':
      return { word: '', iterations: life.iterations || '20', after: time };
  }
}
