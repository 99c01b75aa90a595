// SPDX-License-Identifier: Apache-2.0

// A plugin imports one module: what APR and Streaming offer is part of the toolkit.
@_exported public import APR
@_exported public import Streaming
