using Microsoft.OpenApi;

namespace Mlops.Server.Api.OpenApi;

/// <summary>Describes that an answer can be had in other media types beside JSON; of several Produces() of one status only the last would be kept.</summary>
internal static class OtherForms
{
    /// <summary>Adds media types to the answer 200; text where they begin with <c>text/</c>, else bytes.</summary>
    public static RouteHandlerBuilder AlsoProduces(this RouteHandlerBuilder route, params string[] mediaTypes) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            if (operation.Responses?["200"].Content is { } content)
            {
                foreach (var mediaType in mediaTypes)
                {
                    var format = mediaType.StartsWith("text/", StringComparison.Ordinal) ? null : "binary";
                    content[mediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = format } };
                }
            }

            return Task.CompletedTask;
        });
}
