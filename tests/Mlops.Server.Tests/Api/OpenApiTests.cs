using System.Text.Json;
using Mlops.Server.Tests.Fixtures;

namespace Mlops.Server.Tests.Api;

public sealed class OpenApiTests(PeopleServer fixture) : IClassFixture<PeopleServer>
{
    [Fact]
    public async Task Every_operation_and_parameter_is_described()
    {
        var document = await fixture.Server.GetJsonAsync("/openapi/v1.json");
        var gaps = new List<string>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                Require(operation.Value, "summary", $"{operation.Name} {path.Name}");
                Require(operation.Value, "operationId", $"{operation.Name} {path.Name}");
                foreach (var parameter in operation.Value.TryGetProperty("parameters", out var list) ? list.EnumerateArray().ToList() : [])
                {
                    Require(parameter, "description", $"{operation.Name} {path.Name} {parameter.GetProperty("name")}");
                }
            }
        }

        Assert.Empty(gaps);

        void Require(JsonElement element, string property, string name)
        {
            if (!element.TryGetProperty(property, out var text) || string.IsNullOrWhiteSpace(text.GetString()))
            {
                gaps.Add($"{name} has no {property}");
            }
        }
    }

    [Fact]
    public async Task Every_property_of_a_schema_is_described()
    {
        var schemas = (await fixture.Server.GetJsonAsync("/openapi/v1.json")).GetProperty("components").GetProperty("schemas");

        var gaps = from schema in schemas.EnumerateObject()
                   where schema.Name is not ("ProblemDetails" or "JsonElement") && schema.Value.TryGetProperty("properties", out _)
                   from property in schema.Value.GetProperty("properties").EnumerateObject()
                   where !property.Value.GetRawText().Contains("\"description\"", StringComparison.Ordinal)
                   select $"{schema.Name}.{property.Name}";
        Assert.Empty(gaps);
    }

    [Theory]
    [InlineData("/api/pipeline_runs/{id}/logs", "RunLogPage", "text/plain")]
    [InlineData("/api/pipeline_runs/{id}/blocks/{block}/outputs/{name}", "TablePage", "text/csv", "application/vnd.apache.parquet", "application/zip")]
    public async Task What_comes_in_several_forms_is_described_in_each(string path, string schema, params string[] others)
    {
        var content = (await fixture.Server.GetJsonAsync("/openapi/v1.json")).GetProperty("paths").GetProperty(path).GetProperty("get")
            .GetProperty("responses").GetProperty("200").GetProperty("content");

        Assert.Equal(["application/json", .. others], content.EnumerateObject().Select(form => form.Name));
        Assert.EndsWith(schema, content.GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statuses_are_listed_by_their_words()
    {
        var schemas = (await fixture.Server.GetJsonAsync("/openapi/v1.json")).GetProperty("components").GetProperty("schemas");

        Assert.Equal(
            ["initial", "running", "completed", "failed", "cancelled", "upstream_failed", "condition_failed"],
            schemas.GetProperty("BlockRunStatus").GetProperty("enum").EnumerateArray().Select(word => word.GetString()));
    }

    [Fact]
    public async Task The_browsable_page_loads_nothing_from_elsewhere()
    {
        using var client = fixture.Server.CreateClient();

        var page = await client.GetStringAsync(new Uri("/scalar/", UriKind.Relative));

        Assert.Contains("scalar.js", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=[\"']?(https?:)?//", page);
    }
}
