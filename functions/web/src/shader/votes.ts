/** What a vote does to the numbers on the page, before the server has answered. */

import type { Shader } from '../api/schema';

const DIRECTION = { 1: 'up', '-1': 'down' } as const;

type Vote = 1 | -1 | 0;

/** @param vote 1 up, -1 down, 0 takes the vote back */
export function withVote(shader: Shader, vote: Vote): Shader {
  const votes = { ...shader.votes };
  const before = (shader.my_vote ?? 0) as Vote;
  if (before !== 0) votes[DIRECTION[before]] -= 1;
  if (vote !== 0) votes[DIRECTION[vote]] += 1;
  return { ...shader, votes, my_vote: vote };
}
