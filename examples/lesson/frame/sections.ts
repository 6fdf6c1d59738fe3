/** All sections, in the order of the lesson. */
import { activations } from '../activations.ts'
import { batchSize } from '../batch-size.ts'
import { compose } from '../compose.ts'
import { debugging } from '../debugging.ts'
import { decisionBoundary } from '../decision-boundary.ts'
import { denseLayer } from '../dense-layer.ts'
import { digits } from '../digits.ts'
import { dropout } from '../dropout.ts'
import { earlyStopping } from '../early-stopping.ts'
import { gradientCheck } from '../gradient-check.ts'
import { initialization } from '../initialization.ts'
import { l2 } from '../l2.ts'
import { losses } from '../losses.ts'
import { mnist } from '../mnist.ts'
import { momentumAdam } from '../momentum-adam.ts'
import { regression } from '../regression.ts'
import { schedules } from '../schedules.ts'
import { spirals } from '../spirals.ts'
import { swish } from '../swish.ts'
import { xor } from '../xor.ts'
import { type Ready, ready } from './section.ts'

export const sections: readonly Ready[] = [
  ready(activations),
  ready(initialization),
  ready(denseLayer),
  ready(losses),
  ready(xor),
  ready(spirals),
  ready(digits),
  ready(mnist),
  ready(batchSize),
  ready(decisionBoundary),
  ready(swish),
  ready(dropout),
  ready(l2),
  ready(momentumAdam),
  ready(schedules),
  ready(earlyStopping),
  ready(debugging),
  ready(gradientCheck),
  ready(regression),
  ready(compose)
]
