package io.sparkserving.protocols;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MlflowFormatTest {
  private static final StructType AB = StructType.fromDDL("a DOUBLE, b STRING");
  private static final StructType LIST = StructType.fromDDL("x ARRAY<DOUBLE>");
  private final MlflowFormat format = new MlflowFormat();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'dataframe_split':{'columns':['b','a'],'index':[0,1],'data':[['x',1.50],['y',null]]}}"
            + "|[{'b':'x','a':1.50},{'b':'y','a':null}]",
        "{'dataframe_split':{'data':[[1,'x']]}}|[{'a':1,'b':'x'}]",
        "{'dataframe_records':[{'a':1,'b':'x'},{'b':'y'}],'other':1}|[{'a':1,'b':'x'},{'b':'y'}]",
        "{'instances':[{'a':NaN},{'b':'y'}]}|[{'a':'NaN'},{'b':'y'}]",
        "{'instances':[[1,'x'],[2,'y']]}|[{'a':1,'b':'x'},{'a':2,'b':'y'}]",
        "{'inputs':{'a':[1,2],'b':['x','y']}}|[{'a':1,'b':'x'},{'a':2,'b':'y'}]",
        "{'inputs':{'a':1,'b':'x'}}|[{'a':1,'b':'x'}]",
        "{'inputs':[[1,'x']],'params':{'b':'no','c':[1]}}|[{'a':1,'b':'x'}]",
        "{'dataframe_records':[]}|[]",
      })
  void everyFormBecomesRecords(String body, String records) {
    assertThat(format.records(body.replace('\'', '"'), AB, 3))
        .isEqualTo(records.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'inputs':[[1,2],[3,4]]}|[{'x':[1,2]},{'x':[3,4]}]",
        "{'instances':[{'x':[1]}]}|[{'x':[1]}]",
        "{'inputs':{'x':[[1,2],[3,4]]}}|[{'x':[1,2]},{'x':[3,4]}]",
      })
  void aTensorIsTheOneFieldOfItsRows(String body, String records) {
    assertThat(format.records(body.replace('\'', '"'), LIST, 3))
        .isEqualTo(records.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|Expected a JSON object with exactly one of",
        "{}|Expected a JSON object with exactly one of",
        "{|The body is not JSON.",
        "{} {}|The body is not JSON.",
        "{'inputs':[],'instances':[]}|The body has instances and inputs.",
        "{'dataframe_split':[]}|an object with the arrays data and columns",
        "{'dataframe_split':{'data':[],'name':1}}|has the member 'name'",
        "{'dataframe_split':{'columns':['a'],'data':[[1],[1,2]]}}|row 1 of dataframe_split.data",
        "{'dataframe_records':{}}|Expected dataframe_records to be an array",
        "{'instances':7}|Expected instances to be an array",
        "{'instances':[7]}|Expected row 0 of instances to be an array of 2 values: a, b.",
        "{'inputs':{'a':[1,2],'b':['x']}}|'b' has 1 rows, others 2",
        "{'inputs':{'a':[1,2,3,4]}}|The body has 4 records; 3 are read at most.",
        "{'instances':[{},{},{},{}]}|The body has 4 records; 3 are read at most.",
        "{'dataframe_split':{'data':[[],[],[],[]]}}|The body has 4 records; 3 are read at most.",
        "{'inputs':{'a':1},'params':7}|Expected params to be an object",
      })
  void whatIsWrongIsSaid(String body, String said) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> format.records(body.replace('\'', '"'), AB, 3))
        .withMessageContaining(said);
  }
}
