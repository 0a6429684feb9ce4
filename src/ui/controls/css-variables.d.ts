/** Lets `style` carry custom properties, which is how a component hands a number to its style sheet. */
import 'react';

declare module 'react' {
  interface CSSProperties {
    readonly [property: `--${string}`]: string | number | undefined;
  }
}
