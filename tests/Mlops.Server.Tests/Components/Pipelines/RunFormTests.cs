using System.Text.Json;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Inputs;
using Mlops.Core.Variables;
using Mlops.Server.Components.Pages.Pipelines;

namespace Mlops.Server.Tests.Components.Pipelines;

public sealed class RunFormTests
{
    [Fact]
    public void The_pipelines_variables_come_first_then_what_else_its_blocks_take()
    {
        var form = Form("""{"source": "data/titanic.csv", "note": null}""", ("load", Parameter("limit", "int?", ParameterForm.WholeNumber)), ("load", Parameter("source", "string", ParameterForm.Text)));

        Assert.Equal(
            [("source", "string", "data/titanic.csv", "load"), ("note", "string", "", ""), ("limit", "int?", "", "load")],
            form.Fields.Select(field => (field.Parameter.Name, field.Parameter.Type, field.DefaultText, string.Join(",", field.Blocks))));
    }

    [Fact]
    public void Values_that_are_given_stand_in_the_fields_over_their_defaults_and_get_fields_of_their_own()
    {
        var depth = new PipelineInput(Parameter("maxDepth", "int", ParameterForm.WholeNumber) with { Default = JsonElement.Parse("1") }, ["load"], null);
        var form = RunForm.Create([depth], JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"max_depth": 3, "more": [1]}"""));

        Assert.Equal([("maxDepth", "1", "3", true), ("more", "", "[\n  1\n]", true)], form.Fields.Select(field => (field.Parameter.Name, field.DefaultText, field.Text.ReplaceLineEndings("\n"), field.IsChanged)));
        Assert.Equal("""{"maxDepth":3,"more":[1]}""", JsonSerializer.Serialize(form.Variables()));
    }

    [Fact]
    public void A_variable_of_several_blocks_is_one_field_that_names_them()
    {
        var form = Form("{}", ("load", Parameter("seed", "int", ParameterForm.WholeNumber)), ("train", Parameter("seed", "int", ParameterForm.WholeNumber)));

        Assert.Equal(["load", "train"], Assert.Single(form.Fields).Blocks);
    }

    [Fact]
    public void A_variable_and_a_parameter_that_differ_by_case_and_underscores_are_one_field()
    {
        var form = Form("""{"max_depth": 3}""", ("load", Parameter("maxDepth", "int", ParameterForm.WholeNumber) with { IsRequired = true }));

        var field = Assert.Single(form.Fields);
        Assert.Equal(("max_depth", "int", "3", false), (field.Parameter.Name, field.Parameter.Type, field.DefaultText, field.Parameter.IsRequired));
    }

    [Fact]
    public void A_variable_of_the_project_is_a_field_where_a_block_takes_it()
    {
        var form = Form("""{"source": "x"}""", ("load", Parameter("of_project", "int", ParameterForm.WholeNumber) with { IsRequired = true }));

        Assert.Equal(
            [("source", VariableSource.Pipeline, "x", false), ("of_project", VariableSource.Project, "1", false)],
            form.Fields.Select(field => (field.Parameter.Name, field.Source!.Value, field.DefaultText, field.Parameter.IsRequired)));
    }

    [Fact]
    public void The_block_gives_the_type_and_the_pipeline_the_default()
    {
        var form = Form("""{"rate": 1}""", ("load", Parameter("rate", "double", ParameterForm.Number) with { IsRequired = true, Default = JsonElement.Parse("0.5") }));

        var field = Assert.Single(form.Fields);
        Assert.Equal((ParameterForm.Number, "1", false), (field.Parameter.Form, field.DefaultText, field.Parameter.IsRequired));
    }

    [Fact]
    public void A_block_that_takes_any_type_leaves_it_to_the_file_and_to_other_blocks()
    {
        var guess = Parameter("least", "string", ParameterForm.Text) with { IsUntyped = true, IsRequired = true };

        Assert.Equal((ParameterForm.WholeNumber, "2", false), Shown(Form("""{"least": 2}""", ("wait", guess))));
        Assert.Equal((ParameterForm.Number, "", false), Shown(Form("{}", ("wait", guess), ("load", Parameter("least", "double", ParameterForm.Number)))));
        Assert.Equal((ParameterForm.Text, "", true), Shown(Form("{}", ("wait", guess))));

        static (ParameterForm, string, bool) Shown(RunForm form) =>
            (Assert.Single(form.Fields).Parameter.Form, form.Fields[0].DefaultText, form.Fields[0].Parameter.IsRequired);
    }

    [Theory]
    [InlineData("true", ParameterForm.Switch)]
    [InlineData("42", ParameterForm.WholeNumber)]
    [InlineData("0.5", ParameterForm.Number)]
    [InlineData("\"x\"", ParameterForm.Text)]
    [InlineData("[1]", ParameterForm.Json)]
    [InlineData("{\"a\": 1}", ParameterForm.Json)]
    public void A_variable_that_no_block_takes_has_the_type_of_its_value(string json, ParameterForm expected) =>
        Assert.Equal(expected, Assert.Single(Form($$"""{"variable": {{json}}}""").Fields).Parameter.Form);

    [Fact]
    public void Only_what_was_changed_goes_into_the_run()
    {
        var form = Form("""{"source": "data/titanic.csv", "seed": 42}""");
        form.Fields[1].Text = "7";

        Assert.True(form.Check());
        Assert.Equal("""{"seed":7}""", JsonSerializer.Serialize(form.Variables()));
    }

    [Fact]
    public void The_first_wrong_field_keeps_the_form_from_being_sent()
    {
        var form = Form("""{"source": "data/titanic.csv", "seed": 42}""");
        form.Fields[1].Text = "many";

        Assert.False(form.Check());
        Assert.Equal("seed", form.FirstWrong?.Parameter.Name);
    }

    [Fact]
    public void The_same_request_is_quoted_for_a_shell()
    {
        var form = Form("""{"source": "data/titanic.csv"}""");
        form.Fields[0].Text = "it's é.csv";

        Assert.Equal(
            """
            curl -X POST \
              'http://localhost:6789/runs?wait=30' \
              -H 'Content-Type: application/json' \
              -d '{"variables":{"source":"it'\''s é.csv"}}'
            """,
            form.Curl("http://localhost:6789/runs"));
    }

    private static RunForm Form(string variables, params (string Block, BlockParameter Parameter)[] taken)
    {
        var blocks = taken.Select(one => one.Block).Distinct().Select(uuid => new Block
        {
            Uuid = uuid,
            Name = uuid,
            Type = BlockType.Find("data_loader")!,
            Language = BlockLanguage.Find("csharp")!,
        });
        var described = blocks.Select(block => (block, new BlockDescription([.. taken.Where(one => one.Block == block.Uuid).Select(one => one.Parameter)], [])));
        return RunForm.Create(InputList.Create(Layers(variables), [.. described]));
    }

    private static IReadOnlyList<EffectiveVariable> Layers(string variables) => VariablePrecedence.Resolve(
    [
        new VariableLayer(VariableSource.Pipeline, JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(variables)!),
        new VariableLayer(VariableSource.Project, JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"of_project": 1, "not_taken": 2}""")!),
    ]);

    private static BlockParameter Parameter(string name, string type, ParameterForm form) => new(name, type, form, IsRequired: false, null, []);
}
