using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Mlops.Server.Api;

/// <summary>Addresses of further pages.</summary>
internal static class Links
{
    /// <summary>The address of <paramref name="request"/> with another <c>after</c>; null where there is no further page.</summary>
    public static string? Next(HttpRequest request, long? after)
    {
        if (after is not { } value)
        {
            return null;
        }

        var query = request.Query.Where(pair => pair.Key != "after").SelectMany(pair => pair.Value, (pair, item) => KeyValuePair.Create(pair.Key, item));
        return QueryHelpers.AddQueryString(request.Path.ToUriComponent(), query.Append(new("after", value.ToString(CultureInfo.InvariantCulture))));
    }
}
