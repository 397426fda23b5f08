using System.Text.Json;
using Mlops.Core.Runs;
using Mlops.Core.Runs.Inputs;
using Mlops.Server.Components.Pages.Pipelines;

namespace Mlops.Server.Tests.Components.Pipelines;

public sealed class RunFieldTests
{
    [Theory]
    [InlineData(ParameterForm.WholeNumber, "seven", "“seven” is not a whole number. Example: 7")]
    [InlineData(ParameterForm.WholeNumber, "7.5", "“7.5” is not a whole number. Example: 7")]
    [InlineData(ParameterForm.Number, "free", "“free” is not a number. Example: 7.25")]
    [InlineData(ParameterForm.Number, "7,25", "“7,25” is not a number. Example: 7.25")]
    [InlineData(ParameterForm.Number, "1e999", "“1e999” is not a number. Example: 7.25")]
    [InlineData(ParameterForm.Date, "23.11.2026", "“23.11.2026” is not a date. Example: 2026-11-23")]
    [InlineData(ParameterForm.Choice, "mode", "“mode” is none of median, mean.")]
    [InlineData(ParameterForm.Json, "{", "This is not JSON. Example: {\"limit\": 7} or [1, 2]")]
    public void A_wrong_text_says_what_was_wanted(ParameterForm form, string text, string expected)
    {
        var field = Field(form);
        field.Text = text;

        Assert.False(field.Check());
        Assert.Equal(expected, field.Error);
    }

    [Theory]
    [InlineData(ParameterForm.Text, "data/titanic.csv", "\"data/titanic.csv\"")]
    [InlineData(ParameterForm.WholeNumber, "-7", "-7")]
    [InlineData(ParameterForm.Number, "71.2833", "71.2833")]
    [InlineData(ParameterForm.Switch, "true", "true")]
    [InlineData(ParameterForm.Date, "2026-11-23", "\"2026-11-23\"")]
    [InlineData(ParameterForm.Choice, "mean", "\"mean\"")]
    [InlineData(ParameterForm.Json, "[1, 2]", "[1, 2]")]
    public void A_right_text_is_a_value_of_its_type(ParameterForm form, string text, string expected)
    {
        var field = Field(form);
        field.Text = text;

        Assert.True(field.Check());
        Assert.Equal(expected, field.Value()?.GetRawText());
    }

    [Fact]
    public void A_field_that_keeps_its_default_gives_no_value()
    {
        var field = Field(ParameterForm.WholeNumber, "42");

        Assert.True(field.Check());
        Assert.Null(field.Value());
    }

    [Fact]
    public void An_emptied_number_means_none_and_an_emptied_text_is_empty()
    {
        var number = Field(ParameterForm.WholeNumber, "42");
        var text = Field(ParameterForm.Text, "\"median\"");
        number.Text = text.Text = "";

        Assert.True(number.Check() && text.Check());
        Assert.Null(number.Value());
        Assert.Equal("\"\"", text.Value()?.GetRawText());
    }

    [Theory]
    [InlineData(ParameterForm.Text)]
    [InlineData(ParameterForm.WholeNumber)]
    public void An_empty_field_that_is_required_asks_for_a_value(ParameterForm form)
    {
        var field = new RunField(new PipelineInput(new BlockParameter("source", "string", form, IsRequired: true, null, []), [], null));

        Assert.False(field.Check());
        Assert.Equal("source has no default. Give a value.", field.Error);
    }

    [Fact]
    public void Back_to_the_default_takes_the_error_away()
    {
        var field = Field(ParameterForm.Number, "0.5");
        field.Text = "free";
        field.Check();

        field.Reset();

        Assert.Equal(("0.5", null, false), (field.Text, field.Error, field.IsChanged));
    }

    private static RunField Field(ParameterForm form, string? json = null) =>
        new(new PipelineInput(
            new BlockParameter("variable", form.ToString(), form, IsRequired: false, json is null ? null : JsonElement.Parse(json), ["median", "mean"]), [], null));
}
