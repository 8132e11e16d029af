import { expect, it } from 'vitest';
import type { Shader } from '../../src/api/schema';
import { withVote } from '../../src/shader/votes';

it('counts a vote, another vote and none', () => {
  const shader = { votes: { up: 3, down: 1 } } as Shader;
  const up = withVote(shader, 1);
  expect(up).toMatchObject({ votes: { up: 4, down: 1 }, my_vote: 1 });
  expect(withVote(up, -1)).toMatchObject({ votes: { up: 3, down: 2 }, my_vote: -1 });
  expect(withVote(up, 0)).toMatchObject({ votes: { up: 3, down: 1 }, my_vote: 0 });
});
