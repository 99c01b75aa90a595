// SPDX-License-Identifier: Apache-2.0
// expects: the '_read' accessor cannot return a ~Escapable result
import HTTPD

final class Keeper {
    var next: NextFilter?
}
