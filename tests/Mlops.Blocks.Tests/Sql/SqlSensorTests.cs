using System.Text;
using System.Text.Json;
using CsCheck;

namespace Mlops.Blocks.Tests.Sql;

/// <summary>What a sensor in SQL must do at every database.</summary>
public abstract class SqlSensorTests
{
    /// <summary>What the name of the connection is followed by in errors.</summary>
    private protected abstract string Kind { get; }

    /// <summary>An expression that is the text of these bytes, so that no quoting of ours is in it.</summary>
    private protected abstract string TextOf(string base64);

    /// <summary>Gives the project a profile <c>default</c> whose database has an empty table <c>orders(id integer)</c>.</summary>
    private protected abstract Task<BlockProject> CreateAsync();

    private protected abstract Task ExecuteAsync(BlockProject project, string sql);

    [Theory]
    [InlineData("select true", true)]
    [InlineData("select 1 = 2", false)]
    [InlineData("select null", false)]
    [InlineData("select cast(null as boolean)", false)]
    [InlineData("select 0", false)]
    [InlineData("select 0.00", false)]
    [InlineData("select -0.5", true)]
    [InlineData("select cast('NaN' as double precision)", false)]
    [InlineData("select cast('Infinity' as double precision)", true)]
    [InlineData("select cast(99999999999999999999999999999999999999 as decimal(38, 0))", true)]
    [InlineData("select sum(x) from (values (0), (0)) as t(x)", false)]
    [InlineData("select ''", false)]
    [InlineData("select '0'", false)]
    [InlineData("select ' False '", false)]
    [InlineData("select 'no'", true)]
    [InlineData("select date '2024-01-01'", true)]
    [InlineData("select array[1, 2]", true)]
    [InlineData("select count(*) from orders", false)]
    [InlineData("select exists(select 1 from orders)", false)]
    [InlineData("select id from orders", false)]
    [InlineData("-- {{ nothing }} it's\nselect /* {{ it's /* */ ; */ true -- {{\n;\n-- the end; of it", true)]
    [InlineData("\uFEFFselect\r\n  true\r\n", true)]
    [InlineData("select true, 1 from (values (1), (2)) as t(x) order by x", true)]
    [InlineData("with recent as (select 1 as x) select x > 0 from recent", true)]
    public async Task The_first_column_of_the_first_row_says_yes_or_no(string sql, bool expected)
    {
        await using var project = await CreateAsync();

        var looked = (await project.LookAsync(sql)).Completed();

        Assert.Equal((expected, 0, false), (looked.Result.Answer, looked.Result.Outputs.Count, Directory.Exists(looked.Directory)));
    }

    [Fact]
    public async Task A_row_that_arrives_is_seen_at_the_next_look()
    {
        await using var project = await CreateAsync();
        const string Sql = "select count(*) >= {{ variables('least') }} from orders where id > {{ variables('beyond', 0) }}";
        object variables = new { least = 2 };

        Assert.False((await project.LookAsync(Sql, variables)).Completed().Result.Answer);
        await ExecuteAsync(project, "insert into orders values (1), (2)");
        Assert.True((await project.LookAsync(Sql, variables)).Completed().Result.Answer);
        Assert.False((await project.LookAsync(Sql, new { least = "2", beyond = "1" })).Completed().Result.Answer);
    }

    [Fact]
    public async Task What_a_run_is_told_stands_in_texts_names_and_by_itself()
    {
        await using var project = await CreateAsync();
        await ExecuteAsync(project, "insert into orders values (1)");

        var looked = await project.LookAsync(
            """
            select date '{{ ds }}' = date {{ ds }} and '{{ n_days_ago(7) }}' = '2024-01-25' and {{ execution_date }} = '2024-02-01T00:00:00+00:00'
                and {{ variables('on') }} and {{ variables('none') }} is null and 7 -{{ variables('minus') }} = 12 and {{ variables('list') }} = '[1,"a"]'
                and {{ variables('share') }}::numeric = 0.5 and {{ pipeline_run_id }} = 1
            from "{{ variables('table') }}"
            """,
            new { on = true, none = (string?)null, minus = -5, list = JsonSerializer.Deserialize<JsonElement>("""[1, "a"]"""), share = 0.5, table = "orders" });

        Assert.True(looked.Completed().Result.Answer);
    }

    [Fact]
    public async Task No_value_can_change_the_statement()
    {
        await using var project = await CreateAsync();
        await ExecuteAsync(project, "insert into orders values (1)");

        await Gen.String[Gen.Char["'\"\\;-/*$eE{}()%\n\r \té😀0orders"], 1, 12].SampleAsync(
            async value =>
            {
                var text = TextOf(Convert.ToBase64String(Encoding.UTF8.GetBytes(value)));
                var looked = await project.LookAsync(
                    $$$"""
                    select {{ variables('x') }} = {{{text}}} and '{{ variables('x') }}' = {{{text}}} and E'{{ variables('x') }}' = {{{text}}}
                        and E'\\{{ variables('x') }}''{{ variables('x') }}"' = chr(92) || {{{text}}} || '''' || {{{text}}} || '"'
                        and (select "a""{{ variables('x') }}" from (select true as "a""{{ variables('x') }}") as t) -- {{ variables('x') }}
                        and (select count(*) from orders) = 1 /* {{ variables('x') }} */
                    """,
                    new { x = value });
                Assert.True(looked.Completed().Result.Answer, JsonSerializer.Serialize(value));
            },
            iter: 150,
            threads: 1);
    }

    [Theory]
    [InlineData("{{ variables('x') }}")]
    [InlineData("'{{ variables('x') }}'")]
    [InlineData("E'{{ variables('x') }}'")]
    [InlineData("\"{{ variables('x') }}\"")]
    public async Task A_quote_in_a_value_is_part_of_the_value(string place)
    {
        await using var project = await CreateAsync();
        await ExecuteAsync(project, "insert into orders values (1)");

        foreach (var evil in new[] { "' or true --", "\\' or true --", "\" or true --", "'; drop table orders; select true --", "$$ or true --", "*/ or true --" })
        {
            _ = await project.LookAsync($"select id = 2 from orders where 'x' = {place}", new { x = evil });
            Assert.True((await project.LookAsync("select count(*) = 1 from orders")).Completed().Result.Answer);
            var answer = (await project.LookAsync($"select true where 'x' = {place}", new { x = evil })).Result.Answer;
            Assert.True(answer is null or false, $"{place} with {evil} says {answer}");
        }
    }

    [Fact]
    public async Task What_the_database_refuses_is_an_error_at_its_place_in_the_file_whatever_was_filled_in_before()
    {
        await using var project = await CreateAsync();

        var looked = await project.LookAsync("select '{{ variables('x') }}' = 'é😀'\n  and true\n  from nowhere", new { x = "a\nb\nc" });

        Assert.Equal(("sql_error", "sensors/wait.sql", 3, 8), (looked.Error.Type, looked.Error.File, looked.Error.Line, looked.Error.Column));
        Assert.StartsWith($"sensors/wait.sql, line 3: The connection 'default' ({Kind}", looked.Error.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", looked.Error.Message, StringComparison.Ordinal);
        Assert.Contains("'{{ variables('x') }}'", looked.Error.Code, StringComparison.Ordinal);
        Assert.Null(looked.Result.Answer);
    }

    [Theory]
    [InlineData("selec 1", 1)]
    [InlineData("select\n\n  nothing from orders", 3)]
    [InlineData("select 1 from orders\nwhere", null)]
    [InlineData("insert into orders values (1) returning true", null)]
    [InlineData("select cast('x' || '' as integer)", null)]
    public async Task A_wrong_statement_fails_with_the_connection_named_and_changes_nothing(string sql, int? line)
    {
        await using var project = await CreateAsync();

        var looked = await project.LookAsync(sql);

        Assert.Equal(("sql_error", "sensors/wait.sql"), (looked.Error.Type, looked.Error.File));
        Assert.True(line is null || looked.Error.Line == line, $"line {looked.Error.Line}");
        Assert.Contains("'default'", looked.Error.Message, StringComparison.Ordinal);
        Assert.False((await project.LookAsync("select count(*) from orders")).Completed().Result.Answer);
    }

    [Fact]
    public async Task A_query_without_columns_says_so()
    {
        await using var project = await CreateAsync();

        var looked = await project.LookAsync("commit");

        Assert.Equal("sql_error", looked.Error.Type);
        Assert.Contains($"The connection 'default' ({Kind}", looked.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_the_block_goes_before_that_of_the_profile()
    {
        await using var project = await CreateAsync();
        await ExecuteAsync(project, "create schema \"Odd one\"");
        await ExecuteAsync(project, "create table \"Odd one\".parcels as select 1 as id");

        Assert.Contains("parcels", (await project.LookAsync("select count(*) from parcels")).Error.Message, StringComparison.Ordinal);
        project.Configuration = Configuration("""{"data_provider_schema": "Odd one"}""");
        Assert.True((await project.LookAsync("select count(*) from parcels")).Completed().Result.Answer);
    }

    [Fact]
    public async Task A_look_that_comes_too_late_is_not_begun()
    {
        await using var project = await CreateAsync();
        project.StartBefore = 1;

        var looked = await project.LookAsync("select nothing");

        Assert.Equal((true, null), (looked.Result.CameTooLate, looked.Result.Error));
    }

    private protected static Dictionary<string, JsonElement> Configuration(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
