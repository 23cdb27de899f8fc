package io.sparkserving.operations.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkserving.schema.VectorTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.UserDefinedType;

/**
 * Spark's types as JSON Schema 2020-12: the JSON that {@code from_json} reads as a type, and that
 * {@code to_json} writes. What may be null in Spark may be null or absent in JSON.
 *
 * @param complete whether nothing may be null or absent, whatever the types say
 */
record JsonSchemas(boolean complete) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String NULL = "null";
  private static final String COMMENT = "comment";

  /** Returns the schema of a type's values that are not null. */
  ObjectNode of(DataType type) {
    if (type instanceof StructType struct) {
      return object(struct);
    }
    if (type instanceof ArrayType array) {
      ObjectNode schema = typed("array");
      schema.set("items", of(array.elementType(), array.containsNull()));
      return schema;
    }
    if (type instanceof MapType map) {
      ObjectNode schema = typed("object");
      schema.set("additionalProperties", of(map.valueType(), map.valueContainsNull()));
      return schema;
    }
    return VectorTypes.isVector(type) ? vector() : scalar(type);
  }

  private ObjectNode of(DataType type, boolean nullable) {
    ObjectNode schema = of(type);
    String name = schema.path("type").textValue();
    if (nullable && !complete && name != null && !name.equals(NULL)) {
      schema.set("type", JSON.arrayNode().add(name).add(NULL));
    }
    return schema;
  }

  private ObjectNode object(StructType struct) {
    ObjectNode properties = JSON.objectNode();
    ArrayNode required = JSON.arrayNode();
    for (StructField field : struct.fields()) {
      ObjectNode property = of(field.dataType(), field.nullable());
      // Not StructField.getComment, which is a Scala type.
      if (field.metadata().contains(COMMENT)) {
        property.put("description", field.metadata().getString(COMMENT));
      }
      properties.set(field.name(), property);
      if (complete || !field.nullable()) {
        required.add(field.name());
      }
    }
    ObjectNode schema = typed("object");
    schema.set("properties", properties);
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  private static ObjectNode scalar(DataType type) {
    if (type instanceof StringType) {
      return typed("string");
    }
    if (type instanceof BooleanType) {
      return typed("boolean");
    }
    if (type instanceof ByteType) {
      return integer("int8").put("minimum", Byte.MIN_VALUE).put("maximum", Byte.MAX_VALUE);
    }
    if (type instanceof ShortType) {
      return integer("int16").put("minimum", Short.MIN_VALUE).put("maximum", Short.MAX_VALUE);
    }
    if (type instanceof IntegerType) {
      return integer("int32");
    }
    if (type instanceof LongType) {
      return integer("int64");
    }
    if (type instanceof FloatType) {
      return typed("number").put("format", "float");
    }
    if (type instanceof DoubleType) {
      return typed("number").put("format", "double");
    }
    if (type instanceof DecimalType decimal) {
      return decimal(decimal);
    }
    if (type instanceof DateType) {
      return typed("string").put("format", "date");
    }
    if (type instanceof TimestampType) {
      return typed("string").put("format", "date-time");
    }
    if (type instanceof TimestampNTZType) {
      // The format date-time asks for an offset.
      return typed("string").put("pattern", "^\\d{4,}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}");
    }
    if (type instanceof BinaryType) {
      return typed("string").put("contentEncoding", "base64");
    }
    if (type instanceof NullType) {
      return typed(NULL);
    }
    // Intervals, variants and what Spark will have one day, or somebody has defined.
    return JSON.objectNode().put("description", "A value of Spark's type " + name(type) + ".");
  }

  private static String name(DataType type) {
    return type instanceof UserDefinedType ? type.typeName() : type.simpleString();
  }

  private static ObjectNode decimal(DecimalType type) {
    BigDecimal bound = new BigDecimal(BigInteger.TEN.pow(type.precision() - type.scale()));
    return typed("number")
        .put("format", "decimal")
        .put("exclusiveMinimum", bound.negate())
        .put("exclusiveMaximum", bound);
  }

  private static ObjectNode vector() {
    ObjectNode schema = typed("array");
    schema.set("items", typed("number").put("format", "double"));
    return schema;
  }

  private static ObjectNode integer(String format) {
    return typed("integer").put("format", format);
  }

  private static ObjectNode typed(String name) {
    return JSON.objectNode().put("type", name);
  }
}
