using System.Text.Json;
using CsCheck;
using Mlops.Core.Variables;

namespace Mlops.Core.Tests.Variables;

public sealed class VariablePrecedenceTests
{
    [Fact]
    public void A_run_goes_before_its_trigger_the_trigger_before_the_pipeline_the_project_and_all_projects()
    {
        VariableLayer[] layers =
        [
            Layer(VariableSource.Run, """{"a": 5}"""),
            Layer(VariableSource.Trigger, """{"a": 4, "b": 4}"""),
            Layer(VariableSource.Pipeline, """{"a": 3, "b": 3, "c": 3}"""),
            Layer(VariableSource.Project, """{"a": 2, "b": 2, "c": 2, "d": 2}"""),
            Layer(VariableSource.Global, """{"e": 1, "a": 1, "b": 1, "c": 1, "d": 1}"""),
        ];

        Assert.Equal("""{"e":1,"a":5,"b":4,"c":3,"d":2}""", JsonSerializer.Serialize(VariablePrecedence.Merge(layers)));
        Assert.Equal(
            ["e: Global", "a: Run Trigger Pipeline Project Global", "b: Trigger Pipeline Project Global", "c: Pipeline Project Global", "d: Project Global"],
            VariablePrecedence.Resolve(layers).Select(variable => $"{variable.Name}: {string.Join(' ', variable.Values.Select(value => value.Source))}"));
    }

    [Fact]
    public void A_value_replaces_the_one_below_as_a_whole_also_by_null_and_names_differ_by_case()
    {
        VariableLayer[] layers =
        [
            Layer(VariableSource.Pipeline, """{"map": {"x": 1, "y": 2}, "gone": "here", "Case": 1}"""),
            Layer(VariableSource.Run, """{"map": {"x": 3}, "gone": null, "case": 2}"""),
        ];

        Assert.Equal("""{"map":{"x":3},"gone":null,"Case":1,"case":2}""", JsonSerializer.Serialize(VariablePrecedence.Merge(layers)));
    }

    [Fact]
    public void Of_two_layers_of_one_source_the_later_goes_before() =>
        Assert.Equal(2, VariablePrecedence.Merge([Layer(VariableSource.Run, """{"a": 1}"""), Layer(VariableSource.Run, """{"a": 2}""")])["a"].GetInt32());

    [Fact]
    public void The_value_that_counts_is_that_of_the_last_source_which_has_one_whatever_the_order_of_layers() =>
        Gen.Select(Gen.Enum<VariableSource>(), Gen.Int[0, 4]).Array[0, 12].Sample(settings =>
        {
            var distinct = settings.DistinctBy(setting => setting).ToList();
            var layers = distinct.Select(setting => Layer(setting.Item1, JsonSerializer.Serialize(new Dictionary<string, string> { [$"v{setting.Item2}"] = setting.Item1.ToString() })));

            var merged = VariablePrecedence.Merge(layers);

            Assert.Equal(
                distinct.GroupBy(setting => $"v{setting.Item2}").ToDictionary(group => group.Key, group => group.Max(setting => setting.Item1).ToString()).OrderBy(pair => pair.Key),
                merged.ToDictionary(pair => pair.Key, pair => pair.Value.GetString()!).OrderBy(pair => pair.Key));
        });

    private static VariableLayer Layer(VariableSource source, string json) =>
        new(source, JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!);
}
