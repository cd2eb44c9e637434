# The whole program is one file that needs nothing but Node: make image, which bundles it first.
FROM node:20.19-slim
COPY dist/rollguard.js /rollguard.js
ENV HOME=/
USER 65532:65532
ENTRYPOINT ["node", "/rollguard.js"]
