import { describe, expect, it } from 'vitest';
import { createClaims } from '../../src/bot/claims.ts';

const ID = 'b88yw7sx6ubk-0';

function claimed() {
  const open = new Map([[ID, 'the plan']]);
  const claims = createClaims(open);
  const first = claims.take(ID);
  if (!first) throw new Error('not open');
  return { open, claims, first };
}

describe('what is claimed', () => {
  it('is claimed once, and again only when it was put back', () => {
    const { open, claims, first } = claimed();
    expect(claims.take(ID)).toBeNull();
    first.release();
    expect(claims.take(ID)).toBeNull();
    open.set(ID, 'the plan');
    expect(claims.take(ID)?.proposal).toBe('the plan');
  });

  it('and put back before its release is settled when whoever claimed it since has released it', async () => {
    const { open, claims, first } = claimed();
    open.set(ID, 'the changed plan');
    const second = claims.take(ID);
    first.release();
    expect(claims.isBeingDecided(ID)).toBe(true);
    let isSettled = false;
    const settled = claims
      .settled(() => true)
      .then(() => {
        isSettled = true;
      });
    await Promise.resolve();
    expect(isSettled).toBe(false);
    second?.release();
    await settled;
    expect(claims.isBeingDecided(ID)).toBe(false);
  });
});

describe('a no', () => {
  it('comes before every later yes to what is put back', async () => {
    const { open, claims, first } = claimed();
    const no = claims.toReject(ID);
    open.set(ID, 'the changed plan');
    expect(claims.toAccept(ID)).toBeNull();
    first.release();
    expect(claims.toAccept(ID)).toBeNull();
    expect((await no)?.proposal).toBe('the changed plan');
  });

  it('waits for what ends it, and is too late then', async () => {
    const { claims, first } = claimed();
    const no = claims.toReject(ID);
    first.release();
    expect(await no).toBeNull();
    expect(claims.isBeingDecided(ID)).toBe(false);
  });

  it('that is pressed twice counts once', async () => {
    const { open, claims, first } = claimed();
    const presses = [claims.toReject(ID), claims.toReject(ID)];
    open.set(ID, 'the changed plan');
    first.release();
    const [one] = await Promise.all([presses[0], Promise.resolve()]);
    one?.release();
    expect(one).not.toBeNull();
    expect(await presses[1]).toBeNull();
  });
});
