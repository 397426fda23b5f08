using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mlops.Server.Api.OpenApi;

/// <summary>Title and conventions of the API's description.</summary>
internal sealed class DocumentInfo : IOpenApiDocumentTransformer
{
    private static readonly string[] Chapters = ["Projects", "Pipelines", "Pipeline runs", "Block outputs", "Approvals", "Triggers", "Workers"];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Mlops API";
        document.Info.Version = "v1";
        document.Info.Description =
            """
            Names are snake_case, times ISO 8601 in UTC, statuses the words initial, running, completed, failed and cancelled (blocks also
            upstream_failed and condition_failed). Errors are problem details (RFC 9457): `type` is a stable urn:mlops:error:... for programs,
            `errors` lists in words what was found, what was wanted and how to mend it.
            """;
        document.Tags = Chapters.Select(name => new OpenApiTag { Name = name }).ToHashSet();
        // The address that the document was asked by is the address that it is for.
        document.Servers?.Clear();
        return Task.CompletedTask;
    }
}
