import { StorePackageMissing } from './errors.ts';

/** Keyv's adapters for servers, in the versions that the tests run with. Nobody has them who has no such store. */
export const ON_DEMAND = { '@keyv/postgres': '2.2.3', '@keyv/redis': '5.1.6' } as const;

/** Throws `StorePackageMissing`. `Shape` is what is used of the package, whose own types are not installed either. */
export async function onDemand<Shape>(name: keyof typeof ON_DEMAND): Promise<Shape> {
  try {
    return await import(name);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    throw isMissing ? new StorePackageMissing(name, ON_DEMAND[name]) : error;
  }
}
