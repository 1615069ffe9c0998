/**
 * Binary codecs: {@link io.nokv.base.codec.ByteWriter} and {@link io.nokv.base.codec.ByteReader} for values (varints,
 * length-prefixed bytes, every length checked before it is used), and order-preserving forms for keys, where comparing
 * encoded bytes as unsigned numbers compares the values.
 */
package io.nokv.base.codec;
