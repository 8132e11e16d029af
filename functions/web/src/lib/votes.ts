/** What a vote does to the numbers on the page, before the server has answered. */

import type { MyVote, Shader, Votes } from './api';

const DIRECTION = { 1: 'up', '-1': 'down' } as const;

/** @param value 1 up, -1 down, 0 takes the vote back */
export function castVote(shader: Shader, value: MyVote): Shader {
  const votes: Votes = { ...shader.votes };
  const before = shader.my_vote ?? 0;
  if (before !== 0) votes[DIRECTION[before]] -= 1;
  if (value !== 0) votes[DIRECTION[value]] += 1;
  return { ...shader, votes, my_vote: value };
}
