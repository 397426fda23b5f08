using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Mlops.Blocks.Templates;
using Mlops.Sdk;

namespace Mlops.Blocks.Tests.Templates;

public sealed class TemplateTests
{
    private static readonly JsonSerializerOptions Relaxed = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("plain {% if x %} 100% {x} }}", "plain {% if x %} 100% {x} }}")]
    [InlineData("{{ ds }}/{{hr}}", "2024-02-01/06")]
    [InlineData("{{ execution_date }}", "2024-02-01T06:30:00+00:00")]
    [InlineData("{{ interval_start_datetime }} {{ interval_end_datetime }} {{ interval_seconds }}", "2024-02-01T06:30:00+00:00 2024-02-01T07:30:00+00:00 3600")]
    [InlineData("[{{ interval_start_datetime_previous }}]", "[]")]
    [InlineData("{{ n_days_ago(7) }} {{ n_days_ago(0) }} {{ n_days_ago(-1) }}", "2024-01-25 2024-02-01 2024-02-02")]
    [InlineData("{{ n_hours_ago(7) }} {{ n_weeks_ago(1) }} {{ n_months_ago(2) }}", "2024-01-31T23:30:00+00:00 2024-01-25 2023-12-01")]
    [InlineData("{{ pipeline_run_id }} {{ pipeline_uuid }} {{ block_uuid }} {{ trigger_name }} {{ env }} {{ attempt }}", "42 sales load hourly prod 2")]
    [InlineData("{{ variables('region') }} {{ variables(\"share\") }} {{ variables('on') }} {{ variables('none') }}.", "north 0.10 true .")]
    [InlineData("{{ variables('list') }} {{ variables('list')[1] }} {{ variables('map').a }}", "[1, 2] 2 {\"b\": \"c\"}")]
    [InlineData("{{ variables('days') }} {{ n_days_ago(variables('days')) }}", "3 2024-01-29")]
    [InlineData("{{ variables('absent', 'x') }} {{ env_var('MLOPS_TEST_NEVER_SET', 'y') }}", "x y")]
    [InlineData("{{ variables('ds') }} {{ retry.attempts }} {{ event.file }}", "2024-02-01 2 a }} b")]
    [InlineData("{{ secret('TOKEN') }} {{ mage_secret_var('TOKEN') }}", "s3cret s3cret")]
    [InlineData("{{ '{{' }} {{ \"it's }} ok\" }}", "{{ it's }} ok")]
    public void What_stands_between_braces_is_replaced(string template, string text) => Assert.Equal(text, Render(template));

    [Fact]
    public void An_environment_variable_is_read()
    {
        var variable = $"MLOPS_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, "it's {{ ds }}");

        // What is filled in is no template itself.
        Assert.Equal("it's {{ ds }}", Render($"{{{{ env_var('{variable}') }}}}"));
    }

    [Theory]
    [InlineData("{{ ds", "PLACE has '{{' without the '}}' that ends it. Close it; to write two braces as such, write {{ '{{' }}.")]
    [InlineData("{{ 'ds }}", "PLACE has '{{' without the '}}' that ends it. Close it; to write two braces as such, write {{ '{{' }}.")]
    [InlineData("{{ ds hr }}", "PLACE cannot be read between braces: End of tag '}}' was expected.")]
    [InlineData("{{ }}", "PLACE cannot be read between braces: A value was expected.")]
    [InlineData("{{ x }}", "PLACE has 'x' between braces, which is not known. There are the functions env_var, secret, mage_secret_var, variables, n_hours_ago, n_days_ago, n_weeks_ago, n_months_ago and the values execution_date, ds, hr, ")]
    [InlineData("{{ aws_secret_var('n') }}", "PLACE has 'aws_secret_var' between braces, which is not known. There are the functions ")]
    [InlineData("{{ env_var('MLOPS_TEST_NEVER_SET') }}", "PLACE needs the environment variable MLOPS_TEST_NEVER_SET, which is not set in here.")]
    [InlineData("{{ env_var() }}", "PLACE has env_var() between braces, which wants a name: env_var('NAME').")]
    [InlineData("{{ variables('absent') }}", "PLACE needs the variable 'absent', which this run does not have. Set it on the pipeline, or write variables('absent', 'default').")]
    [InlineData("{{ secret('NOPE') }}", "PLACE needs a secret. There is no NOPE.")]
    [InlineData("{{ n_days_ago('many') }}", "PLACE has n_days_ago(...) between braces, which wants a whole number: n_days_ago(7).")]
    [InlineData("{{ n_days_ago(99999999) }}", "PLACE has n_days_ago(...) between braces, which wants a whole number: n_days_ago(7).")]
    [InlineData("{{ event.nothing }}", "PLACE has '.nothing' between braces, which the value does not have.")]
    [InlineData("{{ ds | upcase }}", "PLACE has '|' between braces; there are no filters. Write variables('name', 'default') for a default.")]
    [InlineData("{{ (1..100000000) }}", "PLACE has '..' between braces; there are no ranges.")]
    [InlineData("{{ ds.Length }}", "PLACE has '.Length' between braces, which the value does not have.")]
    public void What_cannot_be_rendered_is_told_in_words(string template, string message) =>
        Assert.StartsWith(message, Assert.Throws<TemplateException>(() => Render(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_that_would_overflow_the_stack_is_refused()
    {
        foreach (var deep in new[] { string.Concat(Enumerable.Repeat("variables(", 90)), new string('[', 900), new string('(', 900) })
        {
            Assert.Equal("PLACE has more than 10 brackets between braces.", Assert.Throws<TemplateException>(() => Render($"{{{{ {deep} }}}}")).Message);
        }

        Assert.Equal("PLACE has 5,002 characters between braces; at most 1,000 are read.", Assert.Throws<TemplateException>(() => Render($"{{{{ {new string('-', 5000)} }}}}")).Message);
    }

    [Fact]
    public void Size_is_bounded()
    {
        Assert.Contains("templates have at most", Assert.Throws<TemplateException>(() => Render("{{ ds }}" + new string(' ', 1024 * 1024))).Message, StringComparison.Ordinal);
        Assert.Contains("expressions between braces; at most 1,000", Assert.Throws<TemplateException>(() => Render(string.Concat(Enumerable.Repeat("{{ ds }}", 1001)))).Message, StringComparison.Ordinal);
        var huge = new Dictionary<string, JsonElement> { ["huge"] = JsonSerializer.SerializeToElement(new string('x', 100_000)) };

        var exception = Assert.Throws<TemplateException>(() => Render(string.Concat(Enumerable.Repeat("{{ variables('huge') }}", 50)), huge));

        Assert.Equal("PLACE becomes longer than 4,194,304 characters. Hand large values on as variables or outputs, not in a template.", exception.Message);
    }

    [Fact]
    public void Whatever_stands_there_is_rendered_or_refused() =>
        Gen.String[Gen.Char["{}'\"()[]|.,% \\-:=abds1\n"], 0, 60].Sample(
            text =>
            {
                try
                {
                    _ = Render("{{ ds " + text + "}}");
                    _ = Render(text);
                }
                catch (TemplateException exception)
                {
                    Assert.StartsWith("PLACE ", exception.Message, StringComparison.Ordinal);
                }
            },
            iter: 5000);

    [Fact]
    public void A_configuration_is_rendered_at_any_depth()
    {
        var configuration = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(
            """{"table": "sales_{{ ds }}", "limit": 5, "deep": {"list": ["{{ variables('region') }}", 1, null, {"x": "{{ hr }}"}]}, "quote": "{{ variables('quote') }}"}""")!;
        var quote = new Dictionary<string, JsonElement> { ["quote"] = JsonSerializer.SerializeToElement("\"a\\b\""), ["region"] = JsonSerializer.SerializeToElement("n") };

        var rendered = ConfigurationTemplates.Render(configuration, Renderer(quote), "configuration of x");

        Assert.Equal(
            """{"table":"sales_2024-02-01","limit":5,"deep":{"list":["n",1,null,{"x":"06"}]},"quote":"\"a\\b\""}""",
            JsonSerializer.Serialize(rendered, Relaxed));
        configuration["deep"] = JsonSerializer.SerializeToElement(new { list = new[] { "{{ x }}" } });
        Assert.StartsWith(
            "'deep' of the configuration of x, 'list' has 'x' between braces",
            Assert.Throws<TemplateException>(() => ConfigurationTemplates.Render(configuration, Renderer(quote), "configuration of x")).Message, StringComparison.Ordinal);
    }

    private static string Render(string template, Dictionary<string, JsonElement>? variables = null) => Renderer(variables).Render(template, "PLACE");

    private static TemplateRenderer Renderer(Dictionary<string, JsonElement>? variables)
    {
        var context = new BlockContext
        {
            PipelineRunId = 42,
            ProjectUuid = "shop",
            PipelineUuid = "sales",
            BlockUuid = "load",
            ProjectPath = "/projects/shop",
            ExecutionDate = new DateTimeOffset(2024, 2, 1, 6, 30, 0, TimeSpan.Zero),
            IntervalStartDatetime = new DateTimeOffset(2024, 2, 1, 6, 30, 0, TimeSpan.Zero),
            IntervalEndDatetime = new DateTimeOffset(2024, 2, 1, 8, 30, 0, TimeSpan.FromHours(1)),
            TriggerName = "hourly",
            Attempt = 2,
            Variables = variables ?? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(
                """{"region": "north", "share": 0.10, "on": true, "none": null, "list": [1, 2], "map": {"a": {"b": "c"}}, "days": 3, "event": {"file": "a }} b"}}""")!,
            Logger = NullLogger.Instance,
            Connections = _ => throw new ConnectionException("none"),
            Secrets = name => name == "TOKEN" ? "s3cret" : throw new KeyNotFoundException($"There is no {name}."),
        };
        return new TemplateRenderer(() => context, " in here");
    }
}
