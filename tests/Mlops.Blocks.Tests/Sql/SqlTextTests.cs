using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Mlops.Blocks.Sql;
using Mlops.Core.Pipelines;
using Mlops.Core.Runs;

namespace Mlops.Blocks.Tests.Sql;

/// <summary>What is read of the text of a file before any database is asked.</summary>
public sealed class SqlTextTests
{
    [Theory]
    [InlineData("", 1, "has no statement. Write a query, such as: select count(*) > 0 from orders")]
    [InlineData("-- only a comment\n;", 1, "has no statement. Write a query, such as: select count(*) > 0 from orders")]
    [InlineData("select 1;\n-- and\nselect 2", 3, "has a second statement. A sensor asks one query; keep that, and end the file after its semicolon.")]
    [InlineData("select 1;\n{{ ds }}", 2, "has a second statement. A sensor asks one query; keep that, and end the file after its semicolon.")]
    [InlineData("select\n'it", 2, "has a text that is opened by ' and never closed.")]
    [InlineData("select\nE'it\\'", 2, "has a text that is opened by ' and never closed.")]
    [InlineData("select \"it", 1, "has a name that is opened by \" and never closed.")]
    [InlineData("select $a$ $b$", 1, "has a text that is opened by $a$ and never closed.")]
    [InlineData("select 1 /* /* */", 1, "has a comment that is opened by /* and never closed.")]
    [InlineData("select 1\nfrom sales_{{ ds }}", 2, "has a value between braces right beside letters, a point, a text or another value. Quote all of it: '...{{ ds }}' is a text, \"...{{ variables('x') }}\" a name.")]
    [InlineData("select {{ ds }}x", 1, "has a value between braces right beside letters, ")]
    [InlineData("select mine.{{ ds }}", 1, "has a value between braces right beside letters, ")]
    [InlineData("select E'a' -- b\n {{ ds }}", 2, "has a value between braces right beside letters, ")]
    [InlineData("select {{ ds }} {{ ds }}", 1, "has a value between braces right beside letters, ")]
    [InlineData("select $$\n{{ ds }}$$", 2, "has a value between braces within $...$ or U&'...', where it cannot be quoted. Write a text in single quotes.")]
    [InlineData("select U&'{{ ds }}'", 1, "has a value between braces within $...$ or U&'...', where it cannot be quoted. Write a text in single quotes.")]
    [InlineData("select u&\"{{ ds }}\"", 1, "has a value between braces within $...$ or U&'...', where it cannot be quoted. Write a text in single quotes.")]
    [InlineData("select\n{{ ds", 2, "has '{{' without the '}}' that ends it.")]
    [InlineData("select\n\n{{ ds | upcase }}", 3, "has '|' between braces; there are no filters.")]
    [InlineData("select\n{{ df_1 }}", 2, "has 'df_1' between braces, which is not known. There are the functions env_var, ")]
    [InlineData("select {{ block_output('load') }}", 1, "has 'block_output' between braces, which is not known.")]
    public async Task A_text_that_is_no_statement_fails_with_its_line_when_it_is_looked_at_and_when_it_runs(string sql, int line, string message)
    {
        await using var project = new BlockProject();

        var described = Assert.Single((await project.DescribeSqlAsync(sql)).Errors);
        var looked = (await project.LookAsync(sql)).Error;

        Assert.StartsWith($"sensors/wait.sql, line {line} {message}", described.Message, StringComparison.Ordinal);
        Assert.Equal(("sql_error", "sensors/wait.sql", line), (described.Type, described.File, described.Line));
        Assert.Equal(described, looked);
    }

    [Fact]
    public async Task A_variable_that_is_not_there_fails_as_in_any_template()
    {
        await using var project = new BlockProject();

        var looked = await project.LookAsync("select\n  {{ variables('least') }} > 0");

        Assert.Equal(
            ("sensors/wait.sql, line 2 needs the variable 'least', which this run does not have. Set it on the pipeline, or write variables('least', 'default').", 3),
            (looked.Error.Message, looked.Error.Column));
        Assert.Contains("character 0", (await project.LookAsync("select {{ variables('x') }}", new { x = "a\0b" })).Error.Message, StringComparison.Ordinal);
        Assert.Contains("needs a secret", (await project.LookAsync("select {{ secret('NOPE') }}")).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forms_are_told_the_variables_that_the_text_names()
    {
        await using var project = new BlockProject();

        var described = await project.DescribeSqlAsync(
            """
            select count(*) > {{ variables('least', 2) }} from "{{ variables("table") }}" -- {{ variables('commented') }}
            where day = '{{ ds }}' and {{ variables('ds') }} = day and place = {{ variables('place', 'it"s') }} and x = {{ variables('place') }} and {{ variables('on', true) }}
                and day >= '{{ n_days_ago(variables('days', 7)) }}'
            """);

        Assert.Empty(described.Errors);
        Assert.Equal(
            [
                ("least", "long", ParameterForm.WholeNumber, false, "2"), ("table", "string", ParameterForm.Text, true, null), ("place", "string", ParameterForm.Text, true, "it\"s"),
                ("on", "bool", ParameterForm.Switch, false, "True"), ("days", "long", ParameterForm.WholeNumber, false, "7"),
            ],
            described.Parameters.Select(each => (each.Name, each.Type, each.Form, each.IsRequired, each.Default?.ToString())));
    }

    [Fact]
    public async Task A_new_sensor_can_be_read_and_asked()
    {
        await using var project = new BlockProject();
        var runners = project.Services.GetRequiredService<BlockRunners>();
        var code = runners.NewCode(BlockType.Find("sensor")!, BlockLanguage.Find("sql")!, "wait", ["load_orders"])!;

        Assert.Empty((await project.DescribeSqlAsync(code)).Errors);
        Assert.True((await project.LookAsync(code)).Completed().Result.Answer);
        Assert.False((await project.LookAsync(code, new { least = 3 })).Completed().Result.Answer);
        Assert.Null(runners.NewCode(BlockType.Find("data_loader")!, BlockLanguage.Find("sql")!, "load", []));
    }

    [Fact]
    public async Task Sql_is_for_sensors()
    {
        await using var project = new BlockProject();
        var sql = BlockLanguage.Find("sql")!;

        Assert.Null(project.Host.WhyNot(BlockType.Find("sensor")!, sql));
        Assert.Equal("SQL is for sensors so far, and this is a Data loader block; it is listed only.", project.Host.WhyNot(BlockType.Find("data_loader")!, sql));
        Assert.Equal("SQL is for sensors so far, and this is a Conditional block; it is listed only.", project.Host.WhyNot(BlockType.Find("conditional")!, sql));
    }

    [Fact]
    public void Whatever_stands_there_is_read_to_its_end_or_refused() =>
        Gen.String[Gen.Char["{}'\"$eEuU&a;-/*\\\n d"], 0, 40].Sample(
            text =>
            {
                try
                {
                    var read = SqlScanner.Scan(text);
                    Assert.InRange(read.End, 1, text.Length);
                    Assert.All(read.Places, place => Assert.Equal("{{", text.Substring(place.Index, 2)));
                }
                catch (SqlTextException exception)
                {
                    Assert.InRange(exception.Offset, 0, text.Length);
                }
            },
            iter: 20_000);

    [Fact]
    public void A_long_file_is_read_in_one_pass()
    {
        var start = TimeProvider.System.GetTimestamp();
        var read = SqlScanner.Scan("select '" + new string('x', 500_000) + "'" + string.Concat(Enumerable.Repeat(" /* ' */ + 1", 40_000)));

        Assert.Empty(read.Places);
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }
}
