// The browser that all checks use: this machine's Chromium, without a screen.
import { chromium } from 'playwright-core';

export const browser = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

// Says what was found, and ends with 1 where that is anything.
export function faults(found) {
  for (const fault of found) console.log(fault);
  process.exit(found.length === 0 ? 0 : 1);
}
